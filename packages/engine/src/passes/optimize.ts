import type { Graph } from "../graph/graph.ts";
import { composeTransposes } from "./compose-transposes.ts";
import { eliminateCommonSubexpressions } from "./eliminate-common-subexpressions.ts";
import { foldConstants } from "./fold-constants.ts";
import { removeDeadNodes } from "./remove-dead-nodes.ts";

/** In the order in which they run: fewer nodes first. A pass that finds nothing to do returns its argument. */
export const PASSES: readonly ((graph: Graph) => Graph)[] = [
  removeDeadNodes,
  foldConstants,
  composeTransposes,
  eliminateCommonSubexpressions,
];

/**
 * Runs all passes until none finds anything more to do. Inputs, outputs and their values stay the same, up to the rounding of folded
 * constants. Every pass only removes nodes or shortens chains of them, so this ends.
 */
export function optimize(graph: Graph): Graph {
  for (;;) {
    const before = graph;
    for (const pass of PASSES) graph = pass(graph);
    if (graph === before) return graph;
  }
}
