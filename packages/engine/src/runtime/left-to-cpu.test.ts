import { expect, test } from "vitest";
import { GraphBuilder } from "../graph/builder.ts";
import { leftToCpu } from "./left-to-cpu.ts";

test("names nodes on whole float tensors, and what ONNX Runtime made of them, but no arithmetic on shapes", () => {
  const b = new GraphBuilder({ name: "sizes" });
  const x = b.input("x", "float32", ["n", 3]);
  const size = b.op("Mul", [b.op("Shape", [x]), b.ints([2])]);
  b.output(size, "size");
  b.output(b.op("Tanh", [x]), "y");
  const graph = b.build();
  const own = (opType: string) => graph.nodes.find((node) => node.opType === opType)!;
  const made = (name: string, opType: string, domain = "") => ({ name, opType, domain });
  const nodes = [
    own("Mul"),
    own("Tanh"),
    made("Gather_token_2", "Gather"), // Seen on CUDA in the place of Shape and Slice.
    made("MatMul/MatMulScaleFusion/", "FusedMatMul", "com.microsoft"),
  ];
  expect(leftToCpu(graph, nodes)).toEqual([
    { operator: "Tanh", reason: "has no kernel for this", nodes: 1 },
    { operator: "com.microsoft.FusedMatMul", reason: "has no kernel for this", nodes: 1 },
  ]);
});
