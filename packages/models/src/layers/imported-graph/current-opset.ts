import { type AnyTensor, OPSET, tensorFrom, upgradedNode } from "@modelwright/engine";
import type { Draft } from "./draft.ts";
import { mapGraph } from "./map-graph.ts";

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
  const { nodes } = mapGraph(graph, { node: (node) => upgradedNode(node, { opset, makeInts }) });
  return { ...draft, graph: { ...graph, opsets: { ...graph.opsets, "": OPSET }, initializers, nodes } };
}
