import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { differentiate, gradientName } from "../autodiff/differentiate.ts";
import { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { encodeModel } from "../onnx/encode.ts";
import { evaluate } from "../reference/evaluate.ts";
import { fromReference } from "../reference/reference-tensor.ts";
import { DTYPES } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import { elementCount } from "../tensor/tensor.ts";
import { allclose } from "../testing/allclose.ts";
import { checkGradient } from "../testing/check-gradient.ts";
import { uniform, values } from "../testing/random-tensors.ts";

/** The sizes of a run. */
const SIZES: Readonly<Record<string, number>> = { batch: 2, sequence: 3, tokens: 5 };
const TO_THE_END = 2 ** 31 - 1;

interface SymbolicCase {
  readonly name: string;
  /** Shape of the float input `x`. */
  readonly x: Shape;
  /** Data of the int64 input `i`, of shape [n] unless `iShape` says otherwise. */
  readonly i?: readonly number[];
  readonly iShape?: Shape;
  readonly build: (b: GraphBuilder, x: Value, i: Value) => Value;
  /** The inferred shape of the result. */
  readonly shape: Shape;
}

const BSH: Shape = ["batch", "sequence", 4];
const slice = (b: GraphBuilder, x: Value, bounds: readonly number[]) =>
  b.op("Slice", [x, ...bounds.map((bound) => b.ints([bound]))]);

const CASES: readonly SymbolicCase[] = [
  {
    name: "token embeddings",
    x: [6, 4],
    i: [0, 5, 1, 5, 5, -6],
    iShape: ["batch", "sequence"],
    build: (b, x, i) => b.op("Gather", [x, i]),
    shape: BSH,
  },
  {
    name: "the first token",
    x: BSH,
    build: (b, x) => b.op("Gather", [x, b.scalar(0, "int64")], { axis: 1 }),
    shape: ["batch", 4],
  },
  {
    name: "the last token",
    x: BSH,
    build: (b, x) => b.op("Gather", [x, b.scalar(-1, "int64")], { axis: 1 }),
    shape: ["batch", 4],
  },
  {
    name: "some tokens",
    x: BSH,
    i: [2, 0, 2, 2],
    build: (b, x, i) => b.op("Gather", [x, i], { axis: 1 }),
    shape: ["batch", "n", 4],
  },
  {
    name: "tokens at masked positions",
    x: BSH,
    i: [0, 1, 1, -1, 0, 1],
    iShape: [3, 2],
    build: (b, x, i) => b.op("GatherND", [x, i]),
    shape: [3, 4],
  },
  {
    name: "heads of attention, there and back",
    x: BSH,
    build: (b, x) => {
      const heads = b.op("Transpose", [b.op("Reshape", [x, b.ints([0, 0, 2, 2])])], { perm: [0, 2, 1, 3] });
      expect(heads.shape).toEqual(["batch", 2, "sequence", 2]);
      return b.op("Reshape", [b.op("Transpose", [heads], { perm: [0, 2, 1, 3] }), b.ints([0, 0, 4])]);
    },
    shape: BSH,
  },
  {
    name: "batch and sequence merged and parted",
    x: BSH,
    build: (b, x) => {
      const rows = b.op("Reshape", [x, b.ints([-1, 4])]);
      expect(rows.shape).toEqual(["batch*sequence", 4]);
      return b.op("Reshape", [b.op("Tanh", [rows]), b.op("Shape", [x])]);
    },
    shape: BSH,
  },
  {
    name: "a shape put together from sizes",
    x: BSH,
    build: (b, x) => {
      const size = (axis: number) =>
        b.op("Unsqueeze", [b.op("Gather", [b.op("Shape", [x]), b.scalar(axis, "int64")]), b.ints([0])]);
      return b.op("Reshape", [x, b.op("Concat", [size(1), size(0), b.ints([-1])], { axis: 0 })]);
    },
    shape: ["sequence", "batch", 4],
  },
  { name: "Flatten", x: BSH, build: (b, x) => b.op("Flatten", [x], { axis: 2 }), shape: ["batch*sequence", 4] },
  {
    name: "all tokens but the first",
    x: BSH,
    build: (b, x) => slice(b, x, [1, TO_THE_END, 1]),
    shape: ["batch", "(sequence+-1)", 4],
  },
  {
    name: "all tokens but the last",
    x: BSH,
    build: (b, x) => slice(b, x, [0, -1, 1]),
    shape: ["batch", "(sequence+-1)", 4],
  },
  { name: "only the last token", x: BSH, build: (b, x) => slice(b, x, [-1, TO_THE_END, 1]), shape: ["batch", 1, 4] },
  {
    name: "two last tokens",
    x: BSH,
    build: (b, x) => slice(b, x, [-2, TO_THE_END, 1]),
    shape: ["batch", "Slice_Slice_1", 4],
  },
  { name: "tokens backwards", x: BSH, build: (b, x) => slice(b, x, [-1, -TO_THE_END, 1, -1]), shape: BSH },
  { name: "every second feature", x: BSH, build: (b, x) => slice(b, x, [0, 4, 2, 2]), shape: ["batch", "sequence", 2] },
  {
    name: "every second feature, batch last",
    x: [4, "batch", "sequence"],
    build: (b, x) => slice(b, x, [3, 0, 0, -2]),
    shape: [2, "batch", "sequence"],
  },
  {
    name: "positions up to the sequence length",
    x: [8, 4],
    i: [1, 2, 3, 4, 5, 6],
    iShape: ["batch", "sequence"],
    build: (b, x, i) => b.op("Slice", [x, b.ints([0]), b.op("Shape", [i], { start: 1 }), b.ints([0])]),
    shape: ["sequence", 4],
  },
  {
    name: "a slice known only at the run",
    x: BSH,
    i: [-2],
    iShape: [1],
    build: (b, x, i) => b.op("Slice", [x, i, b.ints([TO_THE_END]), b.ints([1])]),
    shape: ["batch", "Slice_Slice_1", 4],
  },
  {
    name: "a class token in front",
    x: BSH,
    build: (b, x) => b.op("Concat", [slice(b, x, [0, 1, 1]), x], { axis: 1 }),
    shape: ["batch", "(sequence+1)", 4],
  },
  {
    name: "the sequence parted at a known place",
    x: BSH,
    build: (b, x) => {
      const rest = b.op("Sub", [b.op("Shape", [x], { start: 1, end: 2 }), b.ints([1])]);
      const sizes = b.op("Concat", [b.ints([1]), rest], { axis: 0 });
      return b.multi("Split", [x, sizes], 2, { axis: 1 })[0]!;
    },
    shape: ["batch", "Split_Split_0", 4],
  },
  {
    name: "features in two halves",
    x: BSH,
    build: (b, x) => b.multi("Split", [x], 2, { axis: 2, num_outputs: 2 })[1]!,
    shape: ["batch", "sequence", 2],
  },
  {
    name: "one row for all of a batch",
    x: [1, "sequence", 4],
    i: [7, 8],
    iShape: ["batch"],
    build: (b, x, i) => b.op("Expand", [x, b.op("Concat", [b.op("Shape", [i]), b.ints([1, 1])], { axis: 0 })]),
    shape: BSH,
  },
  { name: "Tile", x: BSH, build: (b, x) => b.op("Tile", [x, b.ints([1, 2, 1])]), shape: ["batch", "2*sequence", 4] },
  {
    name: "Tile by a number known only at the run",
    x: ["batch"],
    i: [3],
    iShape: [1],
    build: (b, x, i) => b.op("Tile", [x, i]),
    shape: ["Tile_Tile_0"],
  },
  {
    name: "Pad",
    x: BSH,
    build: (b, x) => b.op("Pad", [x, b.ints([1, 0]), undefined, b.ints([1])]),
    shape: ["batch", "(sequence+1)", 4],
  },
  {
    name: "Pad known only at the run",
    x: ["batch"],
    i: [1, 2],
    iShape: [2],
    build: (b, x, i) => b.op("Pad", [x, i]),
    shape: ["Pad_Pad_0"],
  },
  {
    name: "Unsqueeze and Squeeze",
    x: BSH,
    build: (b, x) => b.op("Squeeze", [b.op("Unsqueeze", [x, b.ints([1, 4])]), b.ints([-1])]),
    shape: ["batch", 1, "sequence", 4],
  },
  {
    name: "scores of the labels",
    x: ["batch", 4],
    i: [3, 1],
    iShape: ["batch", 1],
    build: (b, x, i) => b.op("GatherElements", [x, i], { axis: 1 }),
    shape: ["batch", 1],
  },
  {
    name: "causal attention of texts of some length",
    x: BSH,
    i: [2, 3],
    iShape: ["batch"],
    build: (b, x, i) =>
      b.op("MultiHeadAttention", [x, x, x, undefined, b.op("Cast", [i], { to: DTYPES.int32.onnx })], {
        num_heads: 2,
        unidirectional: 1,
      }),
    shape: BSH,
  },
  {
    name: "grouped attention",
    x: BSH,
    build: (b, x) =>
      b.op(
        "GroupQueryAttention",
        [
          x,
          undefined,
          undefined,
          undefined,
          undefined,
          b.constant("int32", [2], [2, 2]),
          b.constant("int32", [1], [3]),
        ],
        { num_heads: 2, kv_num_heads: 1 },
      ),
    shape: ["batch", "sequence", 2],
  },
  {
    name: "a norm of two sums",
    x: BSH,
    build: (b, x) =>
      b.op("SkipLayerNormalization", [x, b.op("Tanh", [x]), b.constant("float32", [4], [1, 2, 3, 4])], {
        epsilon: 1e-3,
      }),
    shape: BSH,
  },
  {
    name: "attention scores by Einsum",
    x: BSH,
    build: (b, x) => b.op("Einsum", [x, x], { equation: "bqd,bkd->bqk" }),
    shape: ["batch", "sequence", "sequence"],
  },
  {
    name: "sums of diagonals by Einsum",
    x: ["batch", "n", "n"],
    i: [0, 1, 2],
    build: (b, x) => b.op("Einsum", [x], { equation: "bii->b" }),
    shape: ["batch"],
  },
  {
    name: "sums that lose two symbols by Einsum",
    x: BSH,
    build: (b, x) => b.op("Einsum", [x], { equation: "bsd->d" }),
    shape: [4],
  },
  {
    name: "tokens that are kept",
    x: BSH,
    build: (b, x) => b.op("Compress", [x, b.constant("bool", [3], [1, 0, 1])], { axis: 1 }),
    shape: ["batch", "Compress_Compress_0", 4],
  },
  {
    name: "sequences turned around",
    x: BSH,
    i: [3, 2],
    iShape: ["batch"],
    build: (b, x, i) => b.op("ReverseSequence", [x, i], { batch_axis: 0, time_axis: 1 }),
    shape: BSH,
  },
  { name: "CumSum", x: BSH, build: (b, x) => b.op("CumSum", [x, b.scalar(1, "int64")]), shape: BSH },
];

describe.each(CASES)("$name", ({ x: xShape, i: iData, iShape = ["n"], build, shape }) => {
  const concrete = (sizes: Shape) =>
    sizes.map((size) => (typeof size === "number" ? size : (SIZES[size] ?? iData!.length)));
  const b = new GraphBuilder({ name: "symbolic" });
  const x = b.input("x", "float32", xShape);
  const i = iData === undefined ? undefined : b.input("i", "int64", iShape);
  const y = build(b, x, i as Value);
  // Reads dy, so that the gradient differs from element to element.
  const loss = b.op("ReduceSum", [b.op("Mul", [y, y])], { keepdims: 0 });
  b.output(loss, "loss");
  const graph = b.build();
  const feeds = {
    x: uniform(concrete(xShape)),
    ...(iData === undefined ? {} : { i: values("int64", concrete(iShape), iData) }),
  };

  test("has a symbolic shape that a run agrees with", () => {
    expect(y.shape).toEqual(shape);
    const result = evaluate(graph, feeds).get(y.name)!;
    expect(result.data.length).toBe(elementCount(result.shape));
  });

  test("has a gradient of the input's type that agrees with central differences", () => {
    const training = differentiate(graph, { loss: "loss", parameters: ["x"] });
    expect(training.values.get(gradientName("x"))?.shape).toEqual(xShape);
    expect(checkGradient({ graph, feeds, loss: "loss", parameter: "x" }).relativeError).toBeLessThan(1e-6);
  });

  test("has that gradient in ONNX Runtime", async () => {
    const training = differentiate(graph, { loss: "loss", parameters: ["x"] });
    const session = await InferenceSession.create(encodeModel(training));
    const ortFeeds = Object.entries(feeds).map(([name, reference]): [string, OrtTensor] => {
      const { dtype, data, shape: dims } = fromReference(reference);
      return [name, new OrtTensor(dtype as "float32", data as Float32Array, dims)];
    });
    const results = await session.run(Object.fromEntries(ortFeeds));
    const actual = results[gradientName("x")]!;
    const expected = evaluate(training, feeds).get(gradientName("x"))!;
    const tensor = { dtype: "float32" as const, shape: actual.dims, data: actual.data as Float32Array };
    const closeness = allclose(tensor, expected, { relative: 1e-4, absolute: 1e-5 });
    expect(closeness.isClose, closeness.message).toBe(true);
    await session.release();
  });
});
