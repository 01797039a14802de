import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { GraphBuilder } from "../graph/builder.ts";
import { tensorFrom } from "../tensor/tensor.ts";
import { encodeModel } from "./encode.ts";

test("ONNX Runtime loads what is written and computes with its weights", async () => {
  const b = new GraphBuilder({ name: "dense" });
  const x = b.input("x", "float32", ["batch", 2]);
  const w = b.initializer("w", tensorFrom("float32", [2, 2], [1, 2, 3, 4]));
  const bias = b.initializer("bias", tensorFrom("float32", [2], [0.5, -0.5]));
  b.output(b.op("Gemm", [x, w, bias], { transB: 1, alpha: 2 }), "y");
  const session = await InferenceSession.create(encodeModel(b.build(), { metadata: { task: "test" } }));
  expect(session.inputMetadata).toMatchObject([{ name: "x", type: "float32", shape: ["batch", 2] }]);
  const { y } = await session.run({ x: new OrtTensor("float32", [1, 0, 0, 1], [2, 2]) });
  expect(y!.dims).toEqual([2, 2]);
  expect([...(y!.data as Float32Array)]).toEqual([2.5, 5.5, 4.5, 7.5]);
  await session.release();
});
