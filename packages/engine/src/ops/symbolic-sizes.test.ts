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
  /** Makes a value from x: [batch, sequence, 4] and the other feeds. */
  build(b: GraphBuilder, x: Value, feed: (name: string, shape: readonly (string | number)[]) => Value): Value;
}

const x = distinct([2, 3, 4]);

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
  {
    name: "the two best of each line",
    feeds: { x },
    build: (b, v) => b.multi("TopK", [v, b.ints([2])], 2)[0]!,
  },
];

function lossOf({ feeds, build }: Example) {
  const b = new GraphBuilder({ name: "symbolic" });
  const inputs = new Map<string, Value>();
  const feed = (name: string, shape: readonly (string | number)[]) => {
    inputs.set(name, b.input(name, feeds[name]!.dtype, shape));
    return inputs.get(name)!;
  };
  const result = build(b, feed("x", ["batch", "sequence", 4]), feed);
  b.output(b.op("ReduceSum", [b.op("Mul", [result, result])], { keepdims: 0 }), "loss");
  const parameters = [...inputs.keys()].filter((name) => feeds[name]!.dtype === "float32");
  return { graph: b.build(), feeds, parameters };
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
