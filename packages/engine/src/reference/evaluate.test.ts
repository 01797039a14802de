import { describe, expect, test } from "vitest";
import { differentiate } from "../autodiff/differentiate.ts";
import { GraphBuilder } from "../graph/builder.ts";
import { texts, values } from "../testing/random-tensors.ts";
import { evaluate, evaluateWithStrings } from "./evaluate.ts";

function affine() {
  const b = new GraphBuilder({ name: "affine" });
  const x = b.input("x", "float32", ["batch", 2]);
  const y = b.input("y", "float32", ["batch", 2]);
  b.output(b.op("Add", [b.op("Mul", [x, b.scalar(3)]), y]), "z");
  return b.build();
}
const x = values("float32", [1, 2], [1, 2]);

describe("evaluate", () => {
  test("gives every value of the graph", () => {
    const result = evaluate(affine(), { x, y: x });
    expect(Array.from(result.get("Mul")!.data)).toEqual([3, 6]);
    expect(Array.from(result.get("z")!.data)).toEqual([4, 8]);
  });

  test("names a missing feed", () => {
    expect(() => evaluate(affine(), { x })).toThrowErrorMatchingInlineSnapshot(
      `[ModelwrightError: graph "affine": every input is fed, got nothing for "y". Fix the graph; printGraph(graph) shows it.]`,
    );
  });

  test("refuses a feed that gives a symbol a second size", () => {
    const y = values("float32", [2, 2], [1, 2, 3, 4]);
    expect(() => evaluate(affine(), { x, y })).toThrow(expect.objectContaining({ code: "ENGINE_SHAPE_MISMATCH" }));
  });

  test("moves texts, and gives them to those who ask", () => {
    const b = new GraphBuilder({ name: "texts" });
    const t = b.input("t", "string", [3]);
    b.output(b.op("Identity", [t]), "same");
    b.output(b.op("Constant", [], { value_strings: ["x", ""] }), "constant");
    b.output(b.op("Cast", [t], { to: 11 }), "numbers");
    const feeds = { t: texts([3], ["1", "nan", "-2e3"]) };
    expect(evaluateWithStrings(b.build(), feeds).get("same")).toEqual(feeds.t);
    expect(evaluateWithStrings(b.build(), feeds).get("constant")).toEqual(texts([2], ["x", ""]));
    const numbers = values("float64", [3], [1, Number.NaN, -2000]);
    expect(evaluateWithStrings(b.build(), feeds).get("numbers")).toEqual(numbers);
    expect(() => evaluate(b.build(), feeds as never)).toThrowErrorMatchingInlineSnapshot(
      `[ModelwrightError: graph "texts": outputs are numbers or bools (evaluateWithStrings gives texts too), got "same" of texts. Check the shapes printed above against the operator's rule.]`,
    );
  });

  test("refuses texts where numbers are computed with", () => {
    const b = new GraphBuilder({ name: "texts" });
    const t = b.input("t", "string", [3]);
    expect(() => b.op("Neg", [t])).toThrowErrorMatchingInlineSnapshot(
      `[ModelwrightError: Neg "Neg": inputs are tensors of numbers or bools, got "t" of texts. Check the shapes printed above against the operator's rule.]`,
    );
    expect(() => b.scalar(1, t.dtype)).toThrow(expect.objectContaining({ code: "ENGINE_SHAPE_MISMATCH" }));
    b.output(b.op("ReduceMean", [b.op("Cast", [t], { to: 1 })], { keepdims: 0 }), "loss");
    expect(() => differentiate(b.build(), { loss: "loss", parameters: ["t"] })).toThrow(
      expect.objectContaining({ code: "ENGINE_SHAPE_MISMATCH", message: expect.stringContaining('"t"') }),
    );
  });

  // A call with 200,000 arguments ends in "Maximum call stack size exceeded".
  test.each([
    ["ReduceMax", {}, 2],
    ["ReduceMin", {}, 0],
    ["ReduceLogSumExp", {}, Math.log(199_999 + Math.exp(2))],
    ["ReduceL2", {}, 2],
    ["Softmax", {}, Math.exp(2) / (199_999 + Math.exp(2))],
    ["LogSoftmax", {}, 2 - Math.log(199_999 + Math.exp(2))],
    ["Hardmax", {}, 1],
    ["LpNormalization", {}, 1],
    ["GlobalMaxPool", {}, 2],
    ["MaxPool", { kernel_shape: [200_000] }, 2],
    ["Normalizer", { norm: "MAX" }, 1],
    ["Normalizer", { norm: "L2" }, 1],
  ])("%s takes 200,000 elements, %j", (opType, attributes, expected) => {
    const b = new GraphBuilder({ name: "long" });
    const shape = opType === "Normalizer" ? [1, 200_000] : [1, 1, 200_000];
    b.output(b.op(opType, [b.input("x", "float32", shape)], attributes), "y");
    const data = new Float64Array(200_000);
    data[0] = 2;
    expect(evaluate(b.build(), { x: { dtype: "float32", shape, data } }).get("y")!.data[0]).toBeCloseTo(expected, 9);
  });

  test.each([
    ["Softmax", 12],
    ["LogSoftmax", 12],
    ["Hardmax", 12],
    ["Clip", 10],
    ["Relu", 26],
  ])("refuses %s of opset %i, which may mean something else", (opType, opset) => {
    const b = new GraphBuilder({ name: "other", opsets: { "": opset } });
    b.output(b.op(opType, [b.input("x", "float32", [1, 2])]), "y");
    expect(() => evaluate(b.build(), { x })).toThrow(
      expect.objectContaining({
        code: "ENGINE_GRAPH_INVALID",
        details: expect.objectContaining({ got: `opset ${opset}` }),
      }),
    );
  });

  test("refuses a feed of another dtype", () => {
    expect(() => evaluate(affine(), { x, y: { ...x, dtype: "int64" } })).toThrowErrorMatchingInlineSnapshot(
      `[ModelwrightError: input "y": float32 [batch, 2], got int64 [1, 2]. Check the shapes printed above against the operator's rule.]`,
    );
  });
});
