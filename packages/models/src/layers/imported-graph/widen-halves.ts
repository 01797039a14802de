import { type AnyTensor, type Attribute, DTYPES, float16ToNumber, type Node, tensor } from "@modelwright/engine";
import type { Draft } from "./draft.ts";

/** Makes float32 of all that is float16: weights, constants, casts and declared types. */
export function widenHalves(draft: Draft): Draft {
  const { graph } = draft;
  const halves = [...graph.initializers].filter(([, { dtype }]) => dtype === "float16").map(([name]) => name);
  const isHalf = [...graph.values.values(), ...graph.inputs].some(({ dtype }) => dtype === "float16");
  if (!isHalf && halves.length === 0) return draft;
  const initializers = new Map(Array.from(graph.initializers, ([name, value]) => [name, widened(value)] as const));
  const retyped = <T extends { readonly dtype: string }>(value: T): T =>
    value.dtype === "float16" ? { ...value, dtype: "float32" } : value;
  const values = new Map(Array.from(graph.values, ([name, value]) => [name, retyped(value)] as const));
  const note = `float16 is computed and trained as float32 (${halves.filter((name) => draft.weights.has(name)).length} weights)`;
  return {
    ...draft,
    graph: {
      ...graph,
      inputs: graph.inputs.map(retyped),
      outputs: graph.outputs.map(retyped),
      initializers,
      nodes: graph.nodes.map(widenedNode),
      values,
    },
    notes: [...draft.notes, note],
  };
}

function widened(value: AnyTensor): AnyTensor {
  if (value.dtype !== "float16") return value;
  return tensor("float32", value.shape, Float32Array.from(value.data as Uint16Array, float16ToNumber));
}

/** Attributes by which a node says the dtype that it gives. */
const DTYPE_ATTRIBUTES: ReadonlySet<string> = new Set(["to", "dtype"]);

function widenedNode(node: Node): Node {
  const attributes = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => {
    if (attribute.type === "tensor") return [name, { type: "tensor", value: widened(attribute.value) }];
    if (attribute.type === "graph") {
      const { value } = attribute;
      return [name, { type: "graph", value: { ...value, nodes: value.nodes.map(widenedNode) } }];
    }
    const isHalf = DTYPE_ATTRIBUTES.has(name) && attribute.type === "int" && attribute.value === DTYPES.float16.onnx;
    return [name, isHalf ? { type: "int", value: DTYPES.float32.onnx } : attribute];
  });
  return { ...node, attributes: Object.fromEntries(attributes) };
}
