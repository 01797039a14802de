import type { Attribute, Graph, Node, Value } from "@modelwright/engine";

/** What becomes of the names and the nodes of a graph that moves into another. */
export interface Move {
  readonly rename: (name: string) => string;
  /** How a node is written there; it already has its new names. */
  readonly rewrite: (node: Node) => Node;
}

/** A node under its new names, the graphs in its attributes with it. */
export function movedNode(node: Node, move: Move): Node {
  const rename = (name: string) => (name === "" ? "" : move.rename(name));
  return move.rewrite({
    ...node,
    name: rename(node.name),
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
    attributes: Object.fromEntries(
      Object.entries(node.attributes).map(([name, attribute]) => [name, movedAttribute(attribute, move)]),
    ),
  });
}

function movedAttribute(attribute: Attribute, move: Move): Attribute {
  return attribute.type === "graph" ? { type: "graph", value: movedGraph(attribute.value, move) } : attribute;
}

function movedGraph(graph: Graph, move: Move): Graph {
  const value = (old: Value): Value => ({ ...old, name: move.rename(old.name) });
  return {
    ...graph,
    inputs: graph.inputs.map(value),
    outputs: graph.outputs.map(value),
    initializers: new Map(Array.from(graph.initializers, ([name, tensor]) => [move.rename(name), tensor])),
    nodes: graph.nodes.map((node) => movedNode(node, move)),
    values: new Map(Array.from(graph.values.values(), (old) => [move.rename(old.name), value(old)])),
  };
}
