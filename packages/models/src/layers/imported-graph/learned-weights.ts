import { elementCount, type Graph, type Node } from "@modelwright/engine";
import { type Draft, floatsOf, isStandard, readersOf } from "./draft.ts";
import { learnedInitializers } from "./learned-initializers.ts";
import { besideBias, keptName } from "./weight-names.ts";

/** Beyond it a number says that something is masked out. */
const MASK = 1e30;

/**
 * The initializers of a draft that are trained: weights as `learnedInitializers` tells them, of more than one number. Where the exporter made
 * their names, those that meet what is learned or fed, so that tables of angles and masks, which meet numbers of places alone, are none.
 */
export function learnedWeights({ graph, weights }: Draft): ReadonlySet<string> {
  const likely = new Set([...learnedInitializers(graph)].filter((name) => weights.has(name) && isWeight(graph, name)));
  const learned = namedWeights(graph, likely);
  const live = liveValues(graph, learned);
  for (const node of graph.nodes) {
    for (const name of node.inputs) {
      if (likely.has(name) && node.inputs.some((other) => other !== name && live.has(other))) learned.add(name);
    }
  }
  return learned;
}

function isWeight(graph: Graph, name: string): boolean {
  const { shape, data } = floatsOf(graph, name)!;
  return elementCount(shape) > 1 && data.every((value) => Math.abs(value) < MASK);
}

/** Weights whose names, or whose biases', the exporter kept, and tables of which rows are taken. */
function namedWeights(graph: Graph, likely: ReadonlySet<string>): Set<string> {
  const readers = readersOf(graph);
  const named = new Set<string>();
  for (const node of graph.nodes) {
    for (const [place, name] of node.inputs.entries()) {
      if (!likely.has(name)) continue;
      const isNamed = keptName(name) !== undefined || besideBias(graph, { node, place, readers }) !== undefined;
      if (isNamed || isTable(graph, node, name)) named.add(name);
    }
  }
  return named;
}

function isTable({ initializers }: Graph, node: Node, name: string): boolean {
  return isStandard(node, "Gather") && node.inputs[0] === name && initializers.get(name)!.shape.length === 2;
}

/** Weights, numbers that are fed, and what is computed of them. */
function liveValues(graph: Graph, learned: ReadonlySet<string>): ReadonlySet<string> {
  const fed = graph.inputs.filter(({ dtype }) => dtype.startsWith("float")).map(({ name }) => name);
  const live = new Set([...learned, ...fed]);
  for (const { inputs, outputs } of graph.nodes) {
    if (inputs.some((name) => live.has(name))) for (const name of outputs) if (name !== "") live.add(name);
  }
  return live;
}
