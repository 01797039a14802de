import { dense } from "./dense.ts";
import { project } from "./project.ts";
import type { Reduction } from "./reduction.ts";
import { select } from "./select.ts";

/** What can be done with all features together. A new one is a row here. */
const REDUCTIONS = { select, project, dense } as const;

type ReductionName = keyof typeof REDUCTIONS;
type StateOf<N extends ReductionName> = (typeof REDUCTIONS)[N] extends Reduction<infer S> ? S : never;

/** A fitted reduction: its name and what it learnt. */
export type FittedReduction = {
  readonly [N in ReductionName]: { readonly reduce: N; readonly state: StateOf<N> };
}[ReductionName];

/** Selections that need not know what is predicted, nor a projection. */
const BLIND = new Set<string>(["variance", "pca", "truncated-svd"]);

export function looksAtTarget(reduction: FittedReduction): boolean {
  return reduction.reduce !== "dense" && !BLIND.has(reduction.state.by);
}

export function reductionOf(name: ReductionName): Reduction<unknown> {
  return REDUCTIONS[name] as Reduction<unknown>;
}
