import { GraphBuilder, removeDeadNodes } from "@modelwright/engine";
import type { Draft } from "./draft.ts";

/** Types every value again; those of nodes that no rule fits keep the types that the file declares. */
export function typedAnew(draft: Draft): Draft {
  const graph = GraphBuilder.from(removeDeadNodes(draft.graph), { mustFit: () => false }).build();
  return { ...draft, graph };
}
