import { foldConstants, type Graph, removeDeadNodes, type Value } from "@modelwright/engine";
import { currentOpset } from "./current-opset.ts";
import { dequantise } from "./dequantise.ts";
import type { Draft, Rewriting } from "./draft.ts";
import { inlineBranches } from "./inline-branches.ts";
import { inlineConstants } from "./inline-constants.ts";
import { layOutWeights } from "./lay-out-weights.ts";
import { oldOpset } from "./old-opset.ts";
import { simplified } from "./simplified.ts";
import { typedAnew } from "./typed-anew.ts";
import { widenHalves } from "./widen-halves.ts";

/** What makes an imported graph plain, in this order. */
const REWRITINGS: readonly Rewriting[] = [
  inlineConstants,
  oldOpset,
  currentOpset,
  widenHalves,
  dequantise,
  layOutWeights,
  typedAnew,
  foldNumbers,
];

/**
 * An imported graph in float32 and in our opset, its matrices as products read them, without what gives the same at every run.
 *
 * @param outputs The values that are wanted, by name; they must be the graph's.
 */
export function plainGraph(graph: Graph, outputs: readonly Value[]): Draft {
  const draft: Draft = {
    graph: removeDeadNodes({ ...graph, outputs }),
    weights: new Set(graph.initializers.keys()),
    notes: [],
  };
  let plain = REWRITINGS.reduce((before, rewrite) => rewrite(before), draft);
  // A branch that is put in place may tell what another depends on.
  for (;;) {
    const inlined = inlineBranches(plain);
    if (inlined === plain) return simplified(plain);
    plain = foldNumbers(typedAnew(inlined));
  }
}

/** Computes what depends on constants alone, weights left out. */
function foldNumbers(draft: Draft): Draft {
  const { graph, weights } = draft;
  const isWeight = (name: string) => weights.has(name) && (graph.initializers.get(name)?.dtype ?? "") === "float32";
  const kept = [...graph.initializers].filter(([name]) => isWeight(name));
  const inputs = kept.map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
  const folded = foldConstants({
    ...graph,
    inputs: [...graph.inputs, ...inputs],
    initializers: new Map([...graph.initializers].filter(([name]) => !isWeight(name))),
  });
  const initializers = new Map([...kept, ...folded.initializers]);
  return { ...draft, graph: removeDeadNodes({ ...folded, inputs: graph.inputs, initializers }) };
}
