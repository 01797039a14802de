import type { Graph, Node } from "../graph/graph.ts";
import { namesRead } from "./names-read.ts";

/** Removes nodes and initializers that no output depends on. Inputs stay: they are the model's signature. */
export function removeDeadNodes(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map((output) => output.name));
  const nodes: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    for (const name of namesRead(node)) needed.add(name);
    nodes.push(node);
  }
  nodes.reverse();
  const initializers = new Map([...graph.initializers].filter(([name]) => needed.has(name)));
  if (nodes.length === graph.nodes.length && initializers.size === graph.initializers.size) return graph;
  return withKnownValues({ ...graph, nodes, initializers });
}

/** Drops the types of values that the graph no longer has. */
export function withKnownValues(graph: Graph): Graph {
  const names = new Set([
    ...graph.inputs.map((input) => input.name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap((node) => node.outputs),
  ]);
  return Object.freeze({ ...graph, values: new Map([...graph.values].filter(([name]) => names.has(name))) });
}
