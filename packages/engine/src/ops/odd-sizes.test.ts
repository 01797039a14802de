import { describe, expect, test } from "vitest";
import { differentiate, gradientName } from "../autodiff/differentiate.ts";
import { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { encodeModel } from "../onnx/encode.ts";
import { evaluate } from "../reference/evaluate.ts";
import { fromReference } from "../reference/reference-tensor.ts";
import { defaultRuntime } from "../runtime/default-runtime.ts";
import type { Shape } from "../tensor/shape.ts";
import { allclose } from "../testing/allclose.ts";
import { checkGradient } from "../testing/check-gradient.ts";
import { awayFromZero } from "../testing/random-tensors.ts";

interface Odd {
  /** The shape as the graph declares it, and as it is at a run. */
  readonly shape: Shape;
  readonly sizes: readonly number[];
  readonly body: (b: GraphBuilder, x: Value) => Value;
}

/** No two are equal: ONNX Runtime keeps equal initializers once. */
const vector = (b: GraphBuilder, name: string, length: number) =>
  b.initializer(name, fromReference(awayFromZero([length], { seed: name.length, from: 0.5 })));
const channels = ["batch", "channels", 4];

const CASES: Readonly<Record<string, Odd>> = {
  "InstanceNormalization of unknown channels": {
    shape: channels,
    sizes: [2, 3, 4],
    body: (b, x) => b.op("InstanceNormalization", [x, vector(b, "scale", 3), vector(b, "bias", 3)]),
  },
  "LRN of unknown channels": {
    shape: ["batch", "channels", 4, 1],
    sizes: [2, 3, 4, 1],
    body: (b, x) => b.op("LRN", [x], { size: 3 }),
  },
  "BatchNormalization of unknown channels": {
    shape: channels,
    sizes: [2, 3, 4],
    body: (b, x) => {
      const parameters = ["scale", "offset", "mean", "variance"].map((name) => vector(b, name, 3));
      return b.multi("BatchNormalization", [x, ...parameters], 3, { training_mode: 1 })[0]!;
    },
  },
  "Compress that keeps nothing": {
    shape: [2, 3],
    sizes: [2, 3],
    body: (b, x) => b.op("Compress", [x, b.constant("bool", [2], [0, 0])], { axis: 0 }),
  },
  "Tile by 0": { shape: [2, 3], sizes: [2, 3], body: (b, x) => b.op("Tile", [x, b.ints([0, 2])]) },
  "Tile by 0 of an unknown size": {
    shape: ["rows", 3],
    sizes: [2, 3],
    body: (b, x) => b.op("Tile", [x, b.ints([1, 0])]),
  },
  "a Slice that is empty along two axes, backwards": {
    shape: [3, 4],
    sizes: [3, 4],
    body: (b, x) =>
      b.op("Slice", [
        x,
        ...[
          [0, 0],
          [2, 3],
          [0, 1],
          [-1, -2],
        ].map((numbers) => b.ints(numbers)),
      ]),
  },
  "a Slice that is empty, by steps": {
    shape: [3, 4],
    sizes: [3, 4],
    body: (b, x) => b.op("Slice", [x, ...[[2], [2], [0], [2]].map((numbers) => b.ints(numbers))]),
  },
  "a 1 × 1 Conv with pads and a stride, where one size is known": {
    shape: ["batch", 1, 1, "width"],
    sizes: [2, 1, 1, 3],
    body: (b, x) => {
      const weight = b.initializer("weight", fromReference(awayFromZero([2, 1, 1, 1], { seed: 2 })));
      return b.op("Conv", [x, weight], { pads: [1, 1, 1, 1], strides: [2, 2] });
    },
  },
};

describe.each(Object.entries(CASES))("the gradient of %s", (_, { shape, sizes, body }) => {
  const b = new GraphBuilder({ name: "odd" });
  const y = body(b, b.input("x", "float32", shape));
  // Neither the sum nor the squares of what is normalised have a gradient.
  const cubic = b.op("Mul", [b.op("Mul", [y, y]), b.op("Add", [y, b.scalar(1)])]);
  b.output(b.op("ReduceSum", [cubic], { keepdims: 0 }), "loss");
  const graph = b.build();
  const feeds = { x: awayFromZero(sizes) };

  test("agrees with central differences", () => {
    const check = checkGradient({ graph, feeds, loss: "loss", parameter: "x" });
    expect(check.relativeError, `${check.analytic} and ${check.numeric}`).toBeLessThanOrEqual(1e-5);
  });

  test("is ONNX Runtime's", async () => {
    const differentiated = differentiate(graph, { loss: "loss", parameters: ["x"] });
    const runtime = await defaultRuntime();
    const session = await runtime.createSession(encodeModel(differentiated), { threads: 1 });
    const results = await session.run({ x: fromReference(feeds.x) });
    session.release();
    const expected = evaluate(differentiated, feeds).get(gradientName("x"))!;
    const closeness = allclose(results[gradientName("x")]!, expected, { relative: 2e-3, absolute: 1e-5 });
    expect(closeness.isClose, closeness.message).toBe(true);
  });
});
