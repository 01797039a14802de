import { defaultRuntime, GraphBuilder, tensorFrom } from "@modelwright/engine";
import { afterAll, expect, test } from "vitest";
import type { BatchSource } from "../model/tensor-dataset.ts";
import { Evaluator } from "./evaluator.ts";

const factor = tensorFrom("float32", [1], [2]);

/** `scaled` = factor · x, `ids` int64 for each row, `largest` one for each column, `total` = Σ scaled. */
function graphOf() {
  const b = new GraphBuilder({ name: "scale" });
  const x = b.input("x", "float32", ["batch", "width"]);
  const scaled = b.op("Mul", [x, b.input("factor", "float32", [1])]);
  b.output(scaled, "scaled");
  b.output(b.op("ArgMax", [x], { axis: 1, keepdims: 0 }), "ids");
  b.output(b.op("ReduceSum", [scaled, b.ints([0, 1])], { keepdims: 0 }), "total");
  return b.build();
}

const evaluator = await Evaluator.create(graphOf(), { factor }, { runtime: await defaultRuntime() });
afterAll(() => evaluator.release());

const LENGTHS = Array.from({ length: 150 }, (_, i) => (i * 37) % 11);
/** Rows of like length are put together: the order in which they run is another than that of the dataset. */
const source: BatchSource = {
  rows: LENGTHS.length,
  lengths: LENGTHS,
  batch: (rows) => ({
    x: tensorFrom(
      "float32",
      [rows.length, 3],
      Array.from(rows).flatMap((row) => [0, row % 2, row / 100]),
    ),
  }),
  weight: (rows) => 10 * rows.length,
};

test("gives rows in the order of the dataset, whatever their dtype, and sums with their weights", async () => {
  const dataset = evaluator.check(source, "rows");
  const progress: number[] = [];
  const fetched = await evaluator.fetch(dataset, {
    rows: ["scaled", "ids"],
    sums: [{ output: "total" }],
    batchSize: 64,
    onProgress: (done) => progress.push(done),
  });
  expect(fetched.rows.scaled!.shape).toEqual([150, 3]);
  expect(fetched.rows.scaled!.data).toEqual(
    Float32Array.from(LENGTHS.flatMap((_, row) => [0, 2 * (row % 2), 2 * Math.fround(row / 100)])),
  );
  expect(fetched.rows.ids).toMatchObject({ dtype: "int64", shape: [150] });
  expect(Array.from(fetched.rows.ids!.data, Number)).toEqual(
    LENGTHS.map((_, row) => (row % 2 === 0 ? (row === 0 ? 0 : 2) : row / 100 > 1 ? 2 : 1)),
  );
  expect(fetched.sums.total).toBeCloseTo(
    LENGTHS.reduce((sum, _, row) => sum + 2 * ((row % 2) + row / 100), 0),
    3,
  );
  expect(fetched.weights).toEqual([640, 640, 220]);
  expect(progress).toEqual([64, 128, 150]);
});

test("multiplies means by what makes them sums again", async () => {
  const { sums } = await evaluator.fetch(evaluator.check(source, "rows"), {
    sums: [{ output: "total", factor: () => 3 }],
  });
  const total = LENGTHS.reduce((sum, _, row) => sum + 2 * ((row % 2) + row / 100), 0);
  expect(sums.total).toBeCloseTo(3 * total, 2);
});

test("reads the weights as they are at each run", async () => {
  const total = async () =>
    (await evaluator.fetch(evaluator.check(source, "rows"), { sums: [{ output: "total" }] })).sums.total!;
  const before = await total();
  factor.data[0] = 4;
  expect(await total()).toBeCloseTo(2 * before, 3);
  factor.data[0] = 2;
});

test("names an output whose rows differ in size, and one that has no row for each row", async () => {
  const ragged: BatchSource = {
    rows: 70,
    batch: (rows) => ({
      x: tensorFrom(
        "float32",
        [rows.length, rows.length === 64 ? 3 : 4],
        new Array(rows.length * (rows.length === 64 ? 3 : 4)).fill(1),
      ),
    }),
  };
  await expect(evaluator.fetch(evaluator.check(ragged, "validation"), { rows: ["scaled"] })).rejects.toMatchObject({
    code: "TRAINING_TENSOR_MISMATCH",
    message: expect.stringContaining(
      'validation: the output "scaled": it has a row of [3] for each of the 6 rows of a batch, got [6, 4]',
    ),
  });
  await expect(evaluator.fetch(evaluator.check(source, "validation"), { rows: ["total"] })).rejects.toMatchObject({
    code: "TRAINING_TENSOR_MISMATCH",
  });
});
