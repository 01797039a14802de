import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tensorFrom } from "@modelwright/engine";
import { batchNorm, defineModel, dense, meanSquaredError } from "@modelwright/models";
import { afterAll, beforeAll, expect, test } from "vitest";
import { trainModel } from "./train-model.ts";
import type { TrainModelOptions } from "./train-model-options.ts";
import type { TrainedModel } from "./trained-model.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-buffers-"));
});
afterAll(() => rm(directory, { recursive: true }));

const ROWS = [
  [1, -2],
  [3, 0],
  [-1, 5],
  [2, 2],
  [0, -3],
  [4, 1],
] as const;
const data = {
  tensors: {
    x: tensorFrom("float32", [6, 2], ROWS.flat()),
    y: tensorFrom(
      "float32",
      [6, 1],
      ROWS.map(([a, b]) => a - b),
    ),
  },
};

const model = defineModel({
  name: "normalised-line",
  inputs: { x: { dtype: "float32", shape: ["batch", 2] } },
  targets: { y: { dtype: "float32", shape: ["batch", 1] } },
  forward: (c, { x }) => {
    const normalized = batchNorm(c, x, { name: "norm", momentum: 0.25 });
    return { predicted: dense(c, normalized, { name: "line", width: 1 }), normalized };
  },
  loss: (c, { outputs, targets }) => meanSquaredError(c, { predictions: outputs.predicted, targets: targets.y }),
});

/** PyTorch's rule for one feature: a quarter of each batch's mean and of its variance as estimated from a sample. */
function follow(batches: readonly (readonly number[])[]) {
  let [mean, variance] = [0, 1];
  for (const values of batches) {
    const average = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - average) ** 2, 0);
    mean += 0.25 * (average - mean);
    variance += 0.25 * (squares / (values.length - 1) - variance);
  }
  return { mean, variance };
}

const valuesOf = (trained: TrainedModel) => [
  ...Array.from(trained.parameters, ([name, { tensor }]) => [name, [...tensor.data]] as const),
  ...Array.from(trained.buffers, ([name, { data: values }]) => [name, [...values]] as const),
];

test.each([
  ["one batch per step", 1],
  ["batches whose gradients are added", 3],
])("running statistics follow the batches, %s, and serve the prediction", async (_, accumulate) => {
  const options = { data, batchSize: 2, epochs: 2, shuffle: false, learningRate: 0.01, accumulate };
  const trained = await trainModel(model, options);
  const x = tensorFrom("float32", [1, 2], [2, -1]);
  const { normalized } = await trained.predict({ x });
  for (const feature of [0, 1]) {
    const pairs = [0, 2, 4].map((row) => [ROWS[row]![feature], ROWS[row + 1]![feature]] as number[]);
    const { mean, variance } = follow([...pairs, ...pairs]);
    expect(trained.buffers.get("norm.running_mean")!.data[feature]).toBeCloseTo(mean, 5);
    expect(trained.buffers.get("norm.running_var")!.data[feature]).toBeCloseTo(variance, 5);
    const parameter = (name: string) => trained.parameters.get(name)!.tensor.data[feature]!;
    const expected = ((x.data[feature]! - mean) / Math.sqrt(variance + 1e-5)) * parameter("norm.weight");
    expect(normalized!.data[feature]).toBeCloseTo(expected + parameter("norm.bias"), 4);
  }
  trained.release();
});

test("stopped after any update and started again, buffers end with the same bits; the best weights keep theirs", async () => {
  const options: TrainModelOptions = { data, validation: data, batchSize: 4, epochs: 4, learningRate: 0.3 };
  const whole = await trainModel(model, options);
  const loss = await whole.evaluate(data);
  expect(loss).toBe(Math.min(...whole.fit.state.evaluations.map((evaluation) => evaluation.loss)));
  for (const stopAfter of [1, 3, 6]) {
    const checkpointDirectory = join(directory, `stop-${stopAfter}`);
    let updates = 0;
    const first = await trainModel(model, {
      ...options,
      checkpointDirectory,
      shouldStop: () => ++updates === stopAfter,
    });
    first.release();
    const resumed = await trainModel(model, { ...options, checkpointDirectory });
    expect(valuesOf(resumed)).toEqual(valuesOf(whole));
    resumed.release();
  }
  whole.release();
});

test("a step whose loss is not finite leaves the buffers as they were", async () => {
  const broken = { tensors: { ...data.tensors, y: tensorFrom("float32", [6, 1], new Array(6).fill(Number.NaN)) } };
  await expect(trainModel(model, { data: broken, learningRate: 0.1 })).rejects.toMatchObject({
    code: "TRAINING_DIVERGED",
  });
});

const noisy = defineModel({
  ...model,
  name: "noisy-line",
  forward: (c, { x }) => {
    const noise = c.build.training === undefined ? c.b.scalar(0) : c.noise("input", x.shape);
    return { predicted: dense(c, c.b.op("Add", [x, noise]), { name: "line", width: 1 }) };
  },
});

test("noise is the seed's: the same run twice gives the same bits, another seed others", async () => {
  const train = async (seed: number) => {
    const trained = await trainModel(noisy, { data, batchSize: 4, epochs: 3, learningRate: 0.1, seed });
    trained.release();
    return trained.curve.map(({ loss }) => loss);
  };
  const first = await train(1);
  expect(await train(1)).toEqual(first);
  expect(await train(2)).not.toEqual(first);
});
