import type { Draft, Rewriting } from "./draft.ts";
import { fuseOperators } from "./fuse-operators.ts";
import { withoutIdleNodes } from "./idle-nodes.ts";
import { plainSizes } from "./plain-sizes.ts";
import { typedAnew } from "./typed-anew.ts";
import { uniformRows } from "./uniform-rows.ts";

/** What makes a graph shorter and quicker, to the same numbers but for their rounding. */
const SIMPLIFICATIONS: readonly Rewriting[] = [plainSizes, withoutIdleNodes, repeatedRows, fuseOperators];

function repeatedRows(draft: Draft): Draft {
  const graph = uniformRows(draft.graph);
  return graph === draft.graph ? draft : { ...draft, graph };
}

/** Simplifies until nothing is left to do: what one form becomes may be part of another. */
export function simplified(draft: Draft): Draft {
  for (let plain = draft; ; ) {
    const next = SIMPLIFICATIONS.reduce((before, rewrite) => rewrite(before), plain);
    if (next === plain) return plain;
    plain = typedAnew(next);
  }
}
