import { type Tensor, tensorFrom } from "@modelwright/engine";
import { defineModel, type LayerContext } from "@modelwright/models";
import { describe, expect, test } from "vitest";
import type { BatchSource } from "./tensor-dataset.ts";
import { trainModel } from "./train-model.ts";

const OPTIONS = { optimizer: "sgd", learningRate: 0.1, shuffle: false, epochs: 2 } as const;
const scalar = (c: LayerContext, name: string) =>
  c.parameter(name, [1], { initializer: () => Float32Array.of(0), decay: false });

/**
 * Two numbers, each fitted to targets of its own: `a` to a value per row, `b` to values of which a row has any number. Their parts of the loss
 * are (a − y)² and (b − z)².
 */
const model = defineModel({
  name: "two-parts",
  inputs: { x: { dtype: "float32", shape: ["batch"] } },
  targets: { y: { dtype: "float32", shape: ["batch"] }, z: { dtype: "float32", shape: ["places"] } },
  forward: (c, { x }) => ({ a: scalar(c, "a"), b: scalar(c, "b"), x }),
  loss: ({ b: g }, { outputs, targets }) => {
    const sum = (prediction: typeof outputs.a, target: typeof outputs.a) => {
      const error = g.op("Sub", [prediction, target]);
      return g.op("ReduceSum", [g.op("Mul", [error, error]), g.ints([0])], { keepdims: 0 });
    };
    return { rows: sum(outputs.a, targets.y), places: sum(outputs.b, targets.z) };
  },
  sums: ({ b: g }, { targets }) => ({ total: g.op("ReduceSum", [targets.z, g.ints([0])], { keepdims: 0 }) }),
});

const Y = [1, 2, 3, 4, 5];
/** Of each row; the third batch of two rows has none. */
const Z = [[1, 2, 3], [4], [], [5, 6], []];
const vector = (values: readonly number[]): Tensor => tensorFrom("float32", [values.length], values);
const places = (rows: Int32Array) => Array.from(rows).flatMap((row) => Z[row]!);

const data: BatchSource = {
  rows: Y.length,
  batch: (rows) => ({
    x: vector(Array.from(rows)),
    y: vector(Array.from(rows, (row) => Y[row]!)),
    z: vector(places(rows)),
  }),
  weight: (rows) => ({ rows: rows.length, places: places(rows).length }),
};

describe("a loss in parts", () => {
  test.each([
    ["one batch", { batchSize: 5 }],
    ["batches of 2, 2 and 1 rows, the last without a place", { batchSize: 2, accumulate: 3 }],
    ["a batch for each row", { batchSize: 1, accumulate: 5 }],
  ])("is the sum of means, each over its own places: %s", async (_, split) => {
    const trained = await trainModel(model, { ...OPTIONS, ...split, data, validation: data });
    trained.release();
    // By hand: gradient descent on mean (a − y)² + mean (b − z)².
    let [a, b] = [0, 0];
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const all = Z.flat();
    const lossOf = () => mean(Y.map((y) => (a - y) ** 2)) + mean(all.map((z) => (b - z) ** 2));
    for (const { loss } of trained.curve) {
      expect(loss).toBeCloseTo(lossOf(), 4);
      [a, b] = [a - 0.1 * mean(Y.map((y) => 2 * (a - y))), b - 0.1 * mean(all.map((z) => 2 * (b - z)))];
    }
    expect(trained.curve).toHaveLength(2);
    expect(trained.parameters.get("a")!.tensor.data[0]).toBeCloseTo(a, 5);
    expect(trained.parameters.get("b")!.tensor.data[0]).toBeCloseTo(b, 5);
    expect(trained.fit.state.evaluations.at(-1)!.loss).toBeCloseTo(lossOf(), 4);
  });

  test("gives an evaluation its parts and sums", async () => {
    const trained = await trainModel(model, { ...OPTIONS, steps: 1, data });
    const seen = await trained.measure(data, {
      batchSize: 2,
      measure: ({ loss, parts, sums }) => ({
        loss,
        measures: { rows: parts.rows!.weight, places: parts.places!.weight, total: sums.total! },
      }),
    });
    trained.release();
    expect(seen.measures).toEqual({ rows: 5, places: 6, total: 21 });
  });

  test("weights of other parts than the loss has are named", async () => {
    const wrong = { ...data, weight: () => ({ rows: 1, others: 1 }) };
    await expect(trainModel(model, { ...OPTIONS, data: wrong })).rejects.toMatchObject({
      code: "TRAINING_TENSOR_MISMATCH",
      message: expect.stringContaining('data.weight: the loss has a part "places", got weights of rows, others'),
    });
  });

  test("a tensor with a row for each row must have as many; one with other places may have any number", async () => {
    const wrong: BatchSource = { ...data, batch: (rows) => ({ ...data.batch(rows), y: vector([1]) }) };
    await expect(trainModel(model, { ...OPTIONS, data: wrong })).rejects.toMatchObject({
      code: "TRAINING_TENSOR_MISMATCH",
      message: expect.stringContaining("data.batch.y: it has the 5 rows of the batch, got [1]"),
    });
  });
});

describe("batches that know the pass", () => {
  const seen: (readonly [row: number, epoch: number])[] = [];
  const line = defineModel({
    name: "constant",
    inputs: { x: { dtype: "float32", shape: ["batch"] } },
    forward: (c, { x }) => ({ a: scalar(c, "a"), x }),
    loss: ({ b }, { outputs }) => {
      const error = b.op("Sub", [outputs.a, outputs.x]);
      return b.op("ReduceMean", [b.op("Mul", [error, error]), b.ints([0])], { keepdims: 0 });
    },
  });
  /** Each row is its number plus ten times the pass, and weighs more in later ones. */
  const changing: BatchSource = {
    rows: 4,
    batch: (rows, epoch = 0) => {
      for (const row of rows) seen.push([row, epoch]);
      return { x: vector(Array.from(rows, (row) => row + 10 * epoch)) };
    },
    weight: (_, tensors) => Number(tensors.x!.data[0]) + 1,
  };

  test("feed the same rows otherwise in each, and weigh what was fed; evaluation reads pass 0", async () => {
    const options = {
      optimizer: "sgd",
      learningRate: 0,
      shuffle: false,
      epochs: 2,
      batchSize: 2,
      accumulate: 2,
    } as const;
    const trained = await trainModel(line, { ...options, data: changing });
    trained.release();
    // Batches [0, 1] and [2, 3] weigh 1 and 3, in the second pass 11 and 13.
    const square = (x: number) => x * x;
    const means = [(1 * ((0 + 1) / 2) + 3 * ((4 + 9) / 2)) / 4];
    means.push((11 * ((square(10) + square(11)) / 2) + 13 * ((square(12) + square(13)) / 2)) / 24);
    for (const [i, { loss }] of trained.curve.entries()) expect(loss).toBeCloseTo(means[i]!, 3);
    expect(seen).toEqual([0, 1].flatMap((epoch) => [0, 1, 2, 3].map((row) => [row, epoch])));
    seen.length = 0;
    await trained.evaluate(changing);
    expect(seen.map(([, epoch]) => epoch)).toEqual([0, 0, 0, 0]);
  });
});
