import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../graph/builder.ts";
import type { Graph, Value } from "../graph/graph.ts";
import { evaluate } from "../reference/evaluate.ts";
import { tensorFrom } from "../tensor/tensor.ts";
import { uniform, values } from "../testing/random-tensors.ts";
import { differentiate, gradientName } from "./differentiate.ts";
import { rowGradientNames } from "./row-gradients.ts";

const TABLE = [5, 3];

/** A loss over what `read` makes of a table. */
function graphOf(read: (b: GraphBuilder, table: Value, ids: Value) => Value): Graph {
  const b = new GraphBuilder({ name: "table" });
  const table = b.input("table", "float32", TABLE);
  const rows = read(b, table, b.input("ids", "int64", ["rows", 2]));
  b.output(b.op("ReduceSum", [b.op("Mul", [rows, rows])], { keepdims: 0 }), "loss");
  return b.build();
}

const gather = (b: GraphBuilder, table: Value, ids: Value) => b.op("Gather", [table, ids]);
const options = { loss: "loss", parameters: ["table"] };

describe("a gradient by rows", () => {
  test("adds up to the dense one, with rows that return and negative indices", () => {
    const graph = graphOf(gather);
    const feeds = { table: uniform(TABLE), ids: values("int64", [2, 2], [4, 1, -1, 1]) };
    const dense = evaluate(differentiate(graph, options), feeds).get(gradientName("table"))!;
    const sparse = evaluate(differentiate(graph, { ...options, byRows: true }), feeds);
    const names = rowGradientNames("table");
    const [rows, indices] = [sparse.get(names.rows)!, sparse.get(names.indices)!];
    expect(sparse.has(gradientName("table"))).toBe(false);
    expect([rows.shape, indices.shape, indices.dtype]).toEqual([[4, 3], [4], "int32"]);
    const sum = new Float64Array(dense.data.length);
    indices.data.forEach((index, row) => {
      for (let i = 0; i < 3; i++) sum[((index + 5) % 5) * 3 + i]! += rows.data[row * 3 + i]!;
    });
    expect(Array.from(sum)).toEqual(Array.from(dense.data));
  });

  test.each<[string, (b: GraphBuilder, table: Value, ids: Value) => Value]>([
    ["is read twice", (b, table, ids) => b.op("Mul", [gather(b, table, ids), gather(b, table, ids)])],
    [
      "is read by another operator too",
      (b, table, ids) => b.op("Mul", [gather(b, table, ids), b.op("ReduceSum", [table], { keepdims: 0 })]),
    ],
    ["is gathered along another axis", (b, table, ids) => b.op("Gather", [table, ids], { axis: 1 })],
    [
      "is gathered at constants",
      (b, table) => b.op("Gather", [table, b.initializer("places", tensorFrom("int64", [2], [1, 2]))]),
    ],
    ["does not reach the loss", (b, table, ids) => b.op("Cast", [b.op("Floor", [gather(b, table, ids)])], { to: 1 })],
  ])("is dense when the table %s", (_, read) => {
    const names = differentiate(graphOf(read), { ...options, byRows: true }).outputs.map(({ name }) => name);
    expect(names).toContain(gradientName("table"));
    expect(names).not.toContain(rowGradientNames("table").rows);
  });
});
