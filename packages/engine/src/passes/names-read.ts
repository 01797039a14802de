import type { Graph, Node } from "../graph/graph.ts";

/** Names of the values that a node reads: its inputs, and what the graphs in its attributes read from around them. */
export function namesRead(node: Node): string[] {
  return [...node.inputs.filter((name) => name !== ""), ...subgraphsOf(node).flatMap(namesCaptured)];
}

/** Names that the graphs in a node's attributes may read from around them; names of their own are among them. */
export function namesCapturedBy(node: Node): string[] {
  return subgraphsOf(node).flatMap(namesCaptured);
}

function subgraphsOf(node: Node): Graph[] {
  return Object.values(node.attributes).flatMap((attribute) => (attribute.type === "graph" ? [attribute.value] : []));
}

function namesCaptured(graph: Graph): string[] {
  return [...graph.nodes.flatMap(namesRead), ...graph.outputs.map((output) => output.name)];
}
