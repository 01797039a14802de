import { describe, expect, test } from "vitest";
import { differentiate } from "../autodiff/differentiate.ts";
import { GraphBuilder } from "../graph/builder.ts";
import type { Graph, Value } from "../graph/graph.ts";
import { evaluate } from "../reference/evaluate.ts";
import { allclose } from "../testing/allclose.ts";
import { uniform } from "../testing/random-tensors.ts";
import { selectBeforeRows } from "./select-before-rows.ts";

const [B, T, H] = [2, 3, 4];
const FEEDS = { x: uniform([B, T, H]), w: uniform([H, H]), gain: uniform([H]), bias: uniform([H]) };

/** What follows a mixing of positions, as in the last layer of an encoder, up to the selection of the second token. */
function layer(last: (b: GraphBuilder, parts: Record<"x" | "w" | "bias" | "mixed" | "rows", Value>) => Value): Graph {
  const b = new GraphBuilder({ name: "layer" });
  const x = b.input("x", "float32", ["batch", "sequence", H]);
  const w = b.input("w", "float32", [H, H]);
  const gain = b.input("gain", "float32", [H]);
  const bias = b.input("bias", "float32", [H]);
  const mixed = b.op("MatMul", [b.op("Softmax", [b.op("FusedMatMul", [x, x], { transB: 1 })]), x]);
  const attended = b.op("Add", [b.op("Add", [b.op("MatMul", [mixed, w]), bias]), x]);
  const normed = b.op("LayerNormalization", [attended, gain, bias], { axis: 2 });
  const inner = b.op("Gelu", [b.op("FusedMatMul", [normed, w], { alpha: 0.5, transB: 1 })]);
  const rows = b.op("Tanh", [b.op("Add", [inner, normed])]);
  b.output(last(b, { x, w, bias, mixed, rows }), "y");
  b.output(b.op("ReduceSum", [b.op("Mul", [b.value("y"), b.value("y")])], { keepdims: 0 }), "loss");
  return b.build();
}
const selected = (b: GraphBuilder, rows: Value, axis = 1) => b.op("Gather", [rows, b.scalar(1, "int64")], { axis });

/** Shapes of what products of rows with the matrix give. */
const products = ({ nodes, values }: Graph) =>
  nodes.filter(({ inputs }) => inputs[1] === "w").map(({ outputs: [name] }) => values.get(name!)!.shape);

function expectSameValues(actual: Graph, expected: Graph): void {
  expect(actual.outputs).toEqual(expected.outputs);
  const [a, e] = [evaluate(actual, FEEDS), evaluate(expected, FEEDS)];
  for (const { name } of expected.outputs) {
    const closeness = allclose(a.get(name)!, e.get(name)!, { relative: 1e-6, absolute: 1e-6 });
    expect(closeness.isClose, `${name}: ${closeness.message}`).toBe(true);
  }
}

describe("selectBeforeRows", () => {
  test("makes the products of the selected position alone, and the same values and gradients", () => {
    const graph = layer((b, { rows }) => selected(b, rows));
    const small = selectBeforeRows(graph);
    expect(products(graph)).toEqual(new Array(2).fill(["batch", "sequence", H]));
    expect(products(small)).toEqual(new Array(2).fill(["batch", H]));
    expectSameValues(small, graph);
    const gradient = (of: Graph) => differentiate(of, { loss: "loss", parameters: ["x", "w", "gain", "bias"] });
    expectSameValues(gradient(small), gradient(graph));
    expect(selectBeforeRows(small)).toBe(small);
  });

  test("leaves whole what is read otherwise too", () => {
    const both = layer((b, { w, rows }) => {
      const whole = b.op("MatMul", [rows, w]);
      return b.op("Add", [selected(b, whole), b.op("ReduceMean", [rows, b.ints([1])], { keepdims: 0 })]);
    });
    const small = selectBeforeRows(both);
    expect(products(small)).toEqual([...new Array(2).fill(["batch", "sequence", H]), ["batch", H]]);
    expectSameValues(small, both);
  });

  test.each([
    ["a value that is an output", (b: GraphBuilder, rows: Value) => selected(b, b.output(rows, "rows"))],
    ["a feature of every position", (b: GraphBuilder, rows: Value) => selected(b, rows, 2)],
    ["several positions", (b: GraphBuilder, rows: Value) => b.op("Gather", [rows, b.ints([0, 2])], { axis: 1 })],
    [
      "a sum along the sequence",
      (b: GraphBuilder, rows: Value) => selected(b, b.op("CumSum", [rows, b.scalar(1, "int64")])),
    ],
  ])("leaves a graph as it is that selects %s", (_, last) => {
    const graph = layer((b, { rows }) => last(b, rows));
    expect(selectBeforeRows(graph)).toBe(graph);
  });
});
