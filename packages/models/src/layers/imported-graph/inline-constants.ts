import type { AnyTensor, Node } from "@modelwright/engine";
import { tensorFrom } from "@modelwright/engine";
import { type Draft, isStandard, rewired } from "./draft.ts";

/** Makes initializers of Constant nodes, which are no weights, and takes out Identity nodes. */
export function inlineConstants(draft: Draft): Draft {
  const { graph } = draft;
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const initializers = new Map(graph.initializers);
  const instead = new Map<string, string>();
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const [written = ""] = node.outputs;
    const constant = outputs.has(written) ? undefined : constantOf(node);
    if (constant !== undefined) initializers.set(written, constant);
    else if (isStandard(node, "Identity") && !outputs.has(written)) instead.set(written, node.inputs[0]!);
    else nodes.push(node);
  }
  if (nodes.length === graph.nodes.length) return draft;
  return { ...draft, graph: { ...graph, initializers, nodes: rewired(nodes, instead) } };
}

function constantOf(node: Node): AnyTensor | undefined {
  if (!isStandard(node, "Constant")) return undefined;
  const { value, value_float, value_floats, value_int, value_ints } = node.attributes;
  if (value?.type === "tensor") return value.value;
  if (value_float?.type === "float") return tensorFrom("float32", [], [value_float.value]);
  if (value_floats?.type === "floats") return tensorFrom("float32", [value_floats.value.length], value_floats.value);
  if (value_int?.type === "int") return tensorFrom("int64", [], [value_int.value]);
  if (value_ints?.type === "ints") return tensorFrom("int64", [value_ints.value.length], value_ints.value);
  return undefined;
}
