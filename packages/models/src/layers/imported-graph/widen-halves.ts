import {
  type AnyTensor,
  type Attribute,
  DTYPES,
  float16ToNumber,
  type Node,
  tensor,
  type Value,
} from "@modelwright/engine";
import type { Draft } from "./draft.ts";
import { mapGraph } from "./map-graph.ts";

/** Makes float32 of all that is float16: weights, constants, casts and declared types, those of the graphs inside nodes too. */
export function widenHalves(draft: Draft): Draft {
  const { graph, weights } = draft;
  let found = false;
  const wide = <T>(part: T, isHalf: boolean, widen: () => T): T => {
    found ||= isHalf;
    return isHalf ? widen() : part;
  };
  const widened = mapGraph(graph, {
    value: (value): Value => wide(value, value.dtype === "float16", () => ({ ...value, dtype: "float32" })),
    tensor: (data) => wide(data, data.dtype === "float16", () => widenedTensor(data)),
    node: (node) => wide(node, Object.entries(node.attributes).some(saysHalf), () => widenedNode(node)),
  });
  if (!found) return draft;
  const count = [...graph.initializers].filter(([name, { dtype }]) => dtype === "float16" && weights.has(name)).length;
  const note = `float16 is computed and trained as float32 (${count} weights)`;
  return { ...draft, graph: widened, notes: [...draft.notes, note] };
}

function widenedTensor(value: AnyTensor): AnyTensor {
  return tensor("float32", value.shape, Float32Array.from(value.data as Uint16Array, float16ToNumber));
}

/** Attributes by which a node says the dtype that it gives. */
const DTYPE_ATTRIBUTES: ReadonlySet<string> = new Set(["to", "dtype"]);

function saysHalf([name, attribute]: readonly [string, Attribute]): boolean {
  return DTYPE_ATTRIBUTES.has(name) && attribute.type === "int" && attribute.value === DTYPES.float16.onnx;
}

function widenedNode(node: Node): Node {
  const attributes = Object.entries(node.attributes).map((entry): readonly [string, Attribute] =>
    saysHalf(entry) ? [entry[0], { type: "int", value: DTYPES.float32.onnx }] : entry,
  );
  return { ...node, attributes: Object.fromEntries(attributes) };
}
