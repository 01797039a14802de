import { expect, test } from "vitest";
import { tensorFrom } from "../tensor/tensor.ts";
import { GraphBuilder } from "./builder.ts";
import { printGraph } from "./print.ts";

test("prints types, attributes and names left out", () => {
  const b = new GraphBuilder({ name: "dense" });
  const x = b.input("x", "float32", ["batch", 2]);
  const w = b.initializer("w", tensorFrom("float32", [2, 2], [1, 2, 3, 4]));
  const y = b.op("Gemm", [x, w], { transB: 1 }, "y");
  b.output(b.op("Pad", [y, b.ints([0, 1]), undefined, b.ints([1])], {}, "z"));
  expect(printGraph(b.build())).toMatchInlineSnapshot(`
    "graph dense (ai.onnx 20, com.microsoft 1)
      input x: float32 [batch, 2]
      initializer w: float32 [2, 2]
      initializer constant: int64 [2]
      initializer constant_1: int64 [1]
      y: float32 [batch, 2] = Gemm(x, w) {transB: 1}
      z: float32 [batch, 3] = Pad(y, constant, _, constant_1)
      output z"
  `);
});
