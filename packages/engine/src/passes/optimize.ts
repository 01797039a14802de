import type { Graph } from "../graph/graph.ts";
import { composeTransposes } from "./compose-transposes.ts";
import { contractSoftmaxSums } from "./contract-softmax-sums.ts";
import { eliminateCommonSubexpressions } from "./eliminate-common-subexpressions.ts";
import { foldConstants } from "./fold-constants.ts";
import { poolBeforeProducts } from "./pool-before-products.ts";
import { removeDeadNodes } from "./remove-dead-nodes.ts";
import { shareGelu } from "./share-gelu.ts";

/** In the order in which they run: fewer nodes first. A pass that finds nothing to do returns its argument. */
export const PASSES: readonly ((graph: Graph) => Graph)[] = [
  removeDeadNodes,
  foldConstants,
  composeTransposes,
  eliminateCommonSubexpressions,
  shareGelu,
  poolBeforeProducts,
  contractSoftmaxSums,
];

/**
 * Runs all passes until none finds anything more to do. Inputs, outputs and their values stay the same, up to the rounding of folded
 * constants. Every pass removes something and brings nothing back that another removes, so this ends.
 *
 * @param options.passes Default: all, in the order of `PASSES`. What each gains: `node bench/passes.mjs`.
 */
export function optimize(graph: Graph, options: { readonly passes?: typeof PASSES } = {}): Graph {
  const { passes = PASSES } = options;
  for (;;) {
    const before = graph;
    for (const pass of passes) graph = pass(graph);
    if (graph === before) return graph;
  }
}
