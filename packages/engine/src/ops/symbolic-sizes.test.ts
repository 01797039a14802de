import { describe, expect, test } from "vitest";
import { differentiate, gradientName } from "../autodiff/differentiate.ts";
import { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { encodeModel } from "../onnx/encode.ts";
import { evaluate } from "../reference/evaluate.ts";
import { fromReference } from "../reference/reference-tensor.ts";
import { defaultRuntime } from "../runtime/default-runtime.ts";
import { allclose } from "../testing/allclose.ts";
import { checkGradient } from "../testing/check-gradient.ts";
import { distinct, uniform, values } from "../testing/random-tensors.ts";
import type { ReferenceTensor } from "./operator.ts";

interface Example {
  readonly name: string;
  readonly feeds: Readonly<Record<string, ReferenceTensor>>;
  /** Whose gradients are wanted. Default: the float feeds. */
  readonly parameters?: readonly string[];
  /** The shape of x. Default: [batch, sequence, 4]. */
  readonly shape?: readonly (string | number)[];
  /** Makes a value from x and the other feeds. */
  build(b: GraphBuilder, x: Value, feed: Feed): Value;
}

type Feed = (name: string, shape: readonly (string | number)[]) => Value;

const x = distinct([2, 3, 4]);
const image = distinct([2, 3, 5, 6]);
const IMAGE = ["batch", 3, "height", "width"];

/** Graphs whose sizes are known only when they run, with rules that have to compute them. */
const examples: readonly Example[] = [
  {
    name: "a mean over a symbol",
    feeds: { x },
    build: (b, v) => b.op("ReduceMean", [v, b.ints([1])], { keepdims: 0 }),
  },
  { name: "a mean over two symbols", feeds: { x }, build: (b, v) => b.op("ReduceMean", [v, b.ints([0, 1])]) },
  { name: "a mean over everything", feeds: { x }, build: (b, v) => b.op("ReduceMean", [v], { keepdims: 0 }) },
  {
    name: "a maximum over a symbol",
    feeds: { x },
    build: (b, v) => b.op("ReduceMax", [v, b.ints([1])], { keepdims: 0 }),
  },
  {
    name: "a repeated row",
    feeds: { x, row: uniform([4]) },
    build: (b, v, feed) => b.op("Mul", [v, feed("row", [4])]),
  },
  {
    name: "a mask for each sequence",
    feeds: { x, mask: uniform([2, 1, 1]) },
    build: (b, v, feed) => b.op("Sub", [v, feed("mask", ["batch", 1, 1])]),
  },
  {
    name: "a layer norm",
    feeds: { x, scale: uniform([4], { from: 0.5, to: 2 }), bias: uniform([4]) },
    build: (b, v, feed) => b.multi("LayerNormalization", [v, feed("scale", [4]), feed("bias", [4])], 3)[0]!,
  },
  {
    name: "a cross-entropy of rows",
    feeds: { x, labels: values("int64", [6], [0, 3, 1, 2, 2, 0]) },
    build: (b, v, feed) =>
      b.op("SoftmaxCrossEntropyLoss", [b.op("Reshape", [v, b.ints([-1, 4])]), feed("labels", ["batch*sequence"])]),
  },
  {
    name: "a cross-entropy with ignored labels",
    feeds: { x, labels: values("int64", [6], [0, 3, -100, 2, -100, 0]) },
    build: (b, v, feed) =>
      b.multi(
        "SoftmaxCrossEntropyLoss",
        [b.op("Reshape", [v, b.ints([-1, 4])]), feed("labels", ["batch*sequence"])],
        2,
        { ignore_index: -100 },
      )[0]!,
  },
  {
    name: "a likelihood loss",
    feeds: { x, labels: values("int64", [2, 4], [0, 1, 2, 0, 1, 1, 2, 2]) },
    build: (b, v, feed) => b.op("NegativeLogLikelihoodLoss", [v, feed("labels", ["batch", 4])]),
  },
  ...[2, 1].map((rows) => ({
    name: `a product with ${rows} rows of a batch of another name`,
    feeds: { x, other: uniform([rows, 3, 4]) },
    build: (b: GraphBuilder, v: Value, feed: Feed) => b.op("Mul", [v, feed("other", ["rows", "sequence", 4])]),
  })),
  {
    name: "a product with a batch of another name and a longer one",
    feeds: { x: distinct([1, 3, 4]), other: uniform([2, 3, 4]) },
    build: (b, v, feed) => b.op("Mul", [v, feed("other", ["rows", "sequence", 4])]),
  },
  {
    name: "a product with a row for each, of fewer axes",
    feeds: { x, other: uniform([3, 1]) },
    build: (b, v, feed) => b.op("Mul", [v, feed("other", ["length", "width"])]),
  },
  {
    name: "a choice between batches of other names",
    feeds: { x, other: uniform([2, 1, 4]), mask: values("bool", [2, 3, 1], [1, 0, 0, 1, 1, 0]) },
    build: (b, v, feed) => b.op("Where", [feed("mask", ["rows", "columns", "one"]), v, feed("other", ["n", "m", 4])]),
  },
  {
    name: "an expansion to a shape that is fed",
    feeds: { x: distinct([2, 1, 4]), to: values("int64", [4], [3, 2, 5, 1]) },
    build: (b, v, feed) => b.op("Expand", [v, feed("to", [4])]),
  },
  {
    name: "a product of matrices whose inner sizes have two names",
    feeds: { x, w: uniform([2, 4, 5]) },
    build: (b, v, feed) => b.op("MatMul", [v, feed("w", ["rows", "width", 5])]),
  },
  {
    name: "an Einsum of sizes of other names",
    feeds: { x, w: uniform([1, 4, 5]) },
    build: (b, v, feed) => b.op("Einsum", [v, feed("w", ["rows", "width", 5])], { equation: "bij,bjk->bik" }),
  },
  {
    name: "a sum of two strided convolutions, flattened",
    shape: IMAGE,
    feeds: { x: image, w: uniform([2, 3, 3, 3]), one: uniform([2, 3, 1, 1]), dense: uniform([18, 2]) },
    build: (b, v, feed) => {
      const conv = (name: string, kernel: number, pad: number) =>
        b.op("Conv", [v, feed(name, [2, 3, kernel, kernel])], { strides: [2, 2], pads: [pad, pad, pad, pad] });
      const sum = b.op("Add", [conv("w", 3, 1), conv("one", 1, 0)]);
      return b.op("Gemm", [b.op("Flatten", [sum]), feed("dense", [18, 2])]);
    },
  },
  {
    name: "an average pool with pads and strides",
    shape: IMAGE,
    feeds: { x: image },
    build: (b, v) => b.op("AveragePool", [v], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
  },
  {
    name: "an average pool with ceil_mode",
    shape: IMAGE,
    feeds: { x: image },
    build: (b, v) =>
      b.op("AveragePool", [v], { kernel_shape: [2, 3], strides: [2, 2], pads: [0, 1, 0, 1], ceil_mode: 1 }),
  },
  ...["reflect", "edge", "wrap"].map((mode) => ({
    name: `a Pad of mode ${mode}`,
    shape: IMAGE,
    feeds: { x: image },
    build: (b: GraphBuilder, v: Value) => b.op("Pad", [v, b.ints([0, 0, 2, 1, 0, 0, 0, 3])], { mode }),
  })),
  ...["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric"].flatMap(
    (coordinates) =>
      ["linear", "nearest"].map((mode) => ({
        name: `a Resize of mode ${mode}, ${coordinates}`,
        shape: IMAGE,
        feeds: { x: image },
        build: (b: GraphBuilder, v: Value) =>
          b.op("Resize", [v, undefined, b.constant("float32", [4], [1, 1, 1.7, 0.6])], {
            mode,
            coordinate_transformation_mode: coordinates,
          }),
      })),
  ),
  {
    name: "a Resize to a size that is fed",
    shape: IMAGE,
    feeds: { x: image, to: values("int64", [2], [7, 1]) },
    build: (b, v, feed) =>
      b.op("Resize", [v, undefined, undefined, feed("to", [2])], {
        mode: "linear",
        coordinate_transformation_mode: "pytorch_half_pixel",
        axes: [2, 3],
      }),
  },
  {
    name: "a Resize by a scale that is fed",
    shape: IMAGE,
    feeds: { x: image, by: values("float32", [4], [1, 1, 2.5, 1]) },
    parameters: ["x"],
    build: (b, v, feed) => b.op("Resize", [v, undefined, feed("by", [4])], { mode: "linear" }),
  },
  {
    name: "elements gathered in batches",
    feeds: { x, places: values("int64", [2, 3, 2, 1], [0, 3, 1, 1, 2, -1, 0, 0, 3, 1, 2, 2]) },
    build: (b, v, feed) => b.op("GatherND", [v, feed("places", ["batch", "sequence", 2, 1])], { batch_dims: 2 }),
  },
  {
    name: "a transposed convolution of what is used twice",
    shape: IMAGE,
    feeds: { x: image, w: uniform([3, 3, 2, 2]) },
    build: (b, v, feed) => {
      const y = b.op("Tanh", [v]);
      const wide = b.op("ConvTranspose", [y, feed("w", [3, 3, 2, 2])], { strides: [2, 2] });
      return b.op("Add", [b.op("GlobalAveragePool", [wide]), y]);
    },
  },
  {
    name: "the two best of each line",
    feeds: { x },
    build: (b, v) => b.multi("TopK", [v, b.ints([2])], 2)[0]!,
  },
];

function lossOf(example: Example) {
  const { feeds, shape = ["batch", "sequence", 4], build } = example;
  const b = new GraphBuilder({ name: "symbolic" });
  const inputs = new Map<string, Value>();
  const feed: Feed = (name, sizes) => {
    inputs.set(name, b.input(name, feeds[name]!.dtype, sizes));
    return inputs.get(name)!;
  };
  const result = build(b, feed("x", shape), feed);
  b.output(b.op("ReduceSum", [b.op("Mul", [result, result])], { keepdims: 0 }), "loss");
  const floats = [...inputs.keys()].filter((name) => feeds[name]!.dtype === "float32");
  return { graph: b.build(), feeds, parameters: example.parameters ?? floats };
}

describe.each(examples)("with symbolic sizes, $name", (example) => {
  const { graph, feeds, parameters } = lossOf(example);

  test.each(parameters)("has the right gradient by %s", (parameter) => {
    const check = checkGradient({ graph, feeds, loss: "loss", parameter });
    expect(check.relativeError).toBeLessThanOrEqual(1e-5);
  });

  test("has the same gradients in ONNX Runtime", async () => {
    const full = differentiate(graph, { loss: "loss", parameters });
    const runtime = await defaultRuntime();
    const session = await runtime.createSession(encodeModel(full), { threads: 1 });
    const tensors = Object.entries(feeds).map(([name, value]) => [name, fromReference(value)]);
    const results = await session.run(Object.fromEntries(tensors));
    session.release();
    const expected = evaluate(full, feeds);
    for (const name of parameters.map(gradientName)) {
      const closeness = allclose(results[name]!, expected.get(name)!, { relative: 2e-3, absolute: 1e-5 });
      expect(closeness.isClose, `${name}: ${closeness.message}`).toBe(true);
    }
  });
});
