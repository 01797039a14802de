import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../graph/builder.ts";
import type { PlainAttributes } from "../graph/emitter.ts";
import { decodeModel } from "../onnx/decode.ts";
import { encodeModel } from "../onnx/encode.ts";
import { evaluate, evaluateWithStrings } from "../reference/evaluate.ts";
import { fromReference } from "../reference/reference-tensor.ts";
import { defaultRuntime } from "../runtime/default-runtime.ts";
import { forwardGraph } from "../testing/case-graph.ts";
import { OPERATOR_CASES } from "../testing/operator-cases/index.ts";
import { values } from "../testing/random-tensors.ts";
import type { OperatorName } from "./table.ts";

/** Attributes that the specification has and whose other values are not computed here. */
const REFUSED: readonly (readonly [OperatorName, PlainAttributes])[] = [
  ["DequantizeLinear", { block_size: 2 }],
  ["DequantizeLinear", { output_dtype: 10 }],
  ["QuantizeLinear", { block_size: 2 }],
  ["QuantizeLinear", { precision: 1 }],
  ["QuantizeLinear", { output_dtype: 1 }],
  ["QuantizeLinear", { output_dtype: 99 }],
  ["LayerNormalization", { stash_type: 11 }],
  ["SimplifiedLayerNormalization", { stash_type: 11 }],
  ["GroupNormalization", { stash_type: 11 }],
  ["FusedMatMul", { transBatchA: 1 }],
  ["FusedMatMul", { transBatchB: 1 }],
  ["GroupQueryAttention", { causal: 0 }],
  ["GroupQueryAttention", { sliding_window_cache: 1 }],
  ["GroupQueryAttention", { qk_output: 1 }],
  ["GroupQueryAttention", { k_quant_type: "PER_TENSOR" }],
  ["RotaryEmbedding", { scale: 2 }],
  ["RotaryEmbedding", { is_packed_batching: 1 }],
  ["EmbedLayerNormalization", { mask_index_type: 1 }],
  ["Attention", { do_rotary: 1 }],
  ["LSTM", { input_forget: 1 }],
  ["GRU", { layout: 1 }],
  ["RNN", { clip: 1 }],
  ["Resize", { antialias: 1 }],
  ["Resize", { mode: "cubic" }],
  ["LpNormalization", { p: 3 }],
];

const refusal = expect.objectContaining({ code: "ENGINE_SHAPE_MISMATCH" });

describe.each(REFUSED)("%s with %j", (opType, attributes) => {
  const [example] = OPERATOR_CASES[opType];
  const [name] = Object.keys(attributes);

  test("is refused by the shape rule, which names the attribute", () => {
    const odd = () => forwardGraph(opType, { ...example!, attributes: { ...example!.attributes, ...attributes } });
    expect(odd).toThrow(refusal);
    expect(odd).toThrow(name!.startsWith("k_quant") ? "quantized" : name!);
  });

  test("has no value in the interpreter, which would be that of the default", () => {
    const { graph, feeds } = forwardGraph(opType, example!);
    const [value] = Object.values(attributes);
    const type = typeof value === "string" ? "string" : name === "scale" || name === "clip" ? "float" : "int";
    const nodes = graph.nodes.map((node) => ({
      ...node,
      attributes: { ...node.attributes, [name!]: { type, value } as (typeof node.attributes)[string] },
    }));
    expect(() => evaluateWithStrings({ ...graph, nodes }, feeds)).toThrow(refusal);
  });
});

test("QuantizeLinear's output_dtype survives a round trip and gives what ONNX Runtime gives", async () => {
  const b = new GraphBuilder({ name: "quantized", opsets: { "": 21 } });
  const x = b.input("x", "float32", [6]);
  b.output(b.op("QuantizeLinear", [x, b.scalar(0.5)], { output_dtype: 5 }), "y");
  const feed = values("float32", [6], [-1e6, -0.75, -0.25, 0.25, 200.25, 1e6]);
  const graph = decodeModel(encodeModel(b.build()));
  const runtime = await defaultRuntime();
  const session = await runtime.createSession(encodeModel(graph), { threads: 1 });
  const { y } = await session.run({ x: fromReference(feed) });
  session.release();
  const reference = evaluate(graph, { x: feed }).get("y")!;
  expect([y!.dtype, reference.dtype]).toEqual(["int16", "int16"]);
  expect(Array.from(y!.data as Int16Array)).toEqual([-32768, -2, -0, 0, 400, 32767].map((value) => value + 0));
  expect(Array.from(reference.data, (value) => value + 0)).toEqual(Array.from(y!.data as Int16Array));
});
