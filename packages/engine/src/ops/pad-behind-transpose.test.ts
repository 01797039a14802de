import { expect, test } from "vitest";
import { differentiate, gradientName } from "../autodiff/differentiate.ts";
import { GraphBuilder } from "../graph/builder.ts";
import { encodeModel } from "../onnx/encode.ts";
import { defaultRuntime } from "../runtime/default-runtime.ts";
import type { Shape } from "../tensor/shape.ts";
import { tensor } from "../tensor/tensor.ts";

const runtime = await defaultRuntime();

// ONNX Runtime 1.30 moves a Transpose through a Pad and forgets the axes of the latter.
test.each<[string, Shape]>([
  ["known sizes", [2, 3, 4, 5]],
  ["sizes of a batch", ["batch", 3, "sequence", 5]],
])("a part of a turned tensor has a gradient, of %s", async (_, shape) => {
  const b = new GraphBuilder({ name: "turned" });
  const x = b.input("x", "float32", shape);
  const turned = b.op("Transpose", [x], { perm: [0, 3, 2, 1] }); // [2, 5, 4, 3]
  const part = b.op("Slice", [turned, b.ints([1]), b.ints([3]), b.ints([2])]);
  b.output(b.op("ReduceSum", [b.op("Mul", [part, part])], { keepdims: 0 }), "loss");
  const graph = differentiate(b.build(), { loss: "loss", parameters: ["x"] });
  const session = await runtime.createSession(encodeModel(graph), { threads: 1 });
  const data = Float32Array.from({ length: 120 }, (_, i) => i);
  const result = await session.run({ x: tensor("float32", [2, 3, 4, 5], data) }).finally(() => session.release());
  const isTaken = (i: number) => [1, 2].includes(Math.floor(i / 5) % 4);
  expect(result[gradientName("x")]!.data).toEqual(data.map((value, i) => (isTaken(i) ? 2 * value : 0)));
});
