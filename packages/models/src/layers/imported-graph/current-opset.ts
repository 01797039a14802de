import {
  type AnyTensor,
  type Attribute,
  type Graph,
  type Node,
  OPSET,
  tensorFrom,
  upgradedNode,
} from "@modelwright/engine";
import type { Draft } from "./draft.ts";

/** Writes the nodes of a draft as our opset does. */
export function currentOpset(draft: Draft): Draft {
  const { graph } = draft;
  const opset = graph.opsets[""] ?? 0;
  const initializers = new Map<string, AnyTensor>(graph.initializers);
  const makeInts = (values: readonly number[]): string => {
    const name = `ints.${values.join(".")}`;
    initializers.set(name, tensorFrom("int64", [values.length], values));
    return name;
  };
  const upgrade = (node: Node): Node => {
    const attributes = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] =>
      attribute.type === "graph"
        ? [name, { type: "graph", value: upgradedInside(attribute.value) }]
        : [name, attribute],
    );
    return upgradedNode({ ...node, attributes: Object.fromEntries(attributes) }, { opset, makeInts });
  };
  const upgradedInside = (inner: Graph): Graph => ({ ...inner, nodes: inner.nodes.map(upgrade) });
  const nodes = graph.nodes.map(upgrade);
  return { ...draft, graph: { ...graph, opsets: { ...graph.opsets, "": OPSET }, initializers, nodes } };
}
