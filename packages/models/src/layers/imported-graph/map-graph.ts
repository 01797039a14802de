import type { AnyTensor, Attribute, Graph, Node, Value } from "@modelwright/engine";

/** What becomes of the parts of a graph, those of the graphs inside its nodes too. Default of each: it stays as it is. */
export interface GraphMap {
  /** Of values, initializers and nodes; never asked for "", which stands for an input that is left out. */
  readonly name?: (name: string) => string;
  /** A node whose names and attributes are the new ones. */
  readonly node?: (node: Node) => Node;
  /** A declared type, under its new name. */
  readonly value?: (value: Value) => Value;
  /** An initializer, or a tensor that stands in an attribute. */
  readonly tensor?: (tensor: AnyTensor) => AnyTensor;
}

const same = <T>(part: T): T => part;

/** A graph with other parts. */
export function mapGraph(graph: Graph, map: GraphMap): Graph {
  const { name = same, value = same, tensor = same } = map;
  const mapped = (old: Value): Value => value({ ...old, name: name(old.name) });
  return {
    ...graph,
    inputs: graph.inputs.map(mapped),
    outputs: graph.outputs.map(mapped),
    initializers: new Map(Array.from(graph.initializers, ([key, data]) => [name(key), tensor(data)])),
    nodes: graph.nodes.map((node) => mapNode(node, map)),
    values: new Map(Array.from(graph.values.values(), (old) => [name(old.name), mapped(old)])),
  };
}

/** A node with other parts. */
export function mapNode(node: Node, map: GraphMap): Node {
  const { name = same, node: rewrite = same } = map;
  const renamed = (old: string) => (old === "" ? "" : name(old));
  return rewrite({
    ...node,
    name: renamed(node.name),
    inputs: node.inputs.map(renamed),
    outputs: node.outputs.map(renamed),
    attributes: Object.fromEntries(
      Object.entries(node.attributes).map(([key, attribute]) => [key, mapAttribute(attribute, map)]),
    ),
  });
}

function mapAttribute(attribute: Attribute, map: GraphMap): Attribute {
  if (attribute.type === "graph") return { type: "graph", value: mapGraph(attribute.value, map) };
  if (attribute.type === "tensor") return { type: "tensor", value: (map.tensor ?? same)(attribute.value) };
  return attribute;
}
