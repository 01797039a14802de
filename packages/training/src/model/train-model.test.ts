import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { decodeModel, evaluate, type Tensor, tensorFrom } from "@modelwright/engine";
import { defineModel, dense, dropout, meanSquaredError, readSafetensors } from "@modelwright/models";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trainModel } from "./train-model.ts";
import type { TrainModelOptions } from "./train-model-options.ts";
import type { TrainedModel } from "./trained-model.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-model-"));
});
afterAll(() => rm(directory, { recursive: true }));

const line = defineModel({
  name: "line",
  inputs: { x: { dtype: "float32", shape: ["batch", 1] } },
  targets: { y: { dtype: "float32", shape: ["batch", 1] } },
  forward: (c, { x }) => ({ predicted: dense(c, x, { name: "line", width: 1 }) }),
  loss: (c, { outputs, targets }) => meanSquaredError(c, { predictions: outputs.predicted, targets: targets.y }),
});

const column = (values: readonly number[]) => tensorFrom("float32", [values.length, 1], values);
const XS = Array.from({ length: 10 }, (_, i) => i / 9);
const DOUBLED = { tensors: { x: column(XS), y: column(XS.map((x) => 2 * x)) } };

/** A network with dropout, so that resuming must repeat masks too. */
const network = defineModel({
  ...line,
  name: "network",
  forward: (c, { x }) => {
    const hidden = c.b.op("Tanh", [dense(c, x, { name: "hidden", width: 16 })]);
    return { predicted: dense(c, dropout(c, hidden, "hidden"), { name: "last", width: 1 }) };
  },
});

async function weightsOf(training: Promise<TrainedModel>) {
  const trained = await training;
  trained.release();
  return new Map(Array.from(trained.parameters, ([name, { tensor }]) => [name, [...tensor.data]]));
}

describe("trainModel", () => {
  test("plain gradient descent finds y = 2x from ten points, weights to 1e-3", async () => {
    const trained = await trainModel(line, {
      data: DOUBLED,
      optimizer: "sgd",
      learningRate: 0.5,
      batchSize: 10,
      epochs: 300,
    });
    const value = (name: string) => trained.parameters.get(name)!.tensor.data[0]!;
    expect(Math.abs(value("line.weight") - 2)).toBeLessThan(1e-3);
    expect(Math.abs(value("line.bias"))).toBeLessThan(1e-3);
    expect(trained.curve).toHaveLength(300);
    expect(await trained.evaluate(DOUBLED)).toBeLessThan(1e-6);
    const { predicted } = await trained.predict({ x: column([10, -3]) });
    expect(predicted!.data[0]).toBeCloseTo(20, 1);
    expect(predicted!.data[1]).toBeCloseTo(-6, 1);
    trained.release();
  });

  test("each update is the one worked out by hand, batches of 4, 4 and 2 rows weighed by their rows", async () => {
    const rows: [number, number][] = XS.map((x) => [x, 2 * x]);
    let [w, b] = [0.5, 0.25];
    const losses: number[] = [];
    for (let epoch = 0; epoch < 3; epoch++) {
      const residuals = rows.map(([x, y]) => w * x + b - y);
      losses.push(residuals.reduce((sum, r) => sum + r * r, 0) / rows.length);
      const gradient = (terms: readonly number[]) => (2 * terms.reduce((sum, term) => sum + term, 0)) / rows.length;
      const [dw, db] = [gradient(residuals.map((r, i) => r * rows[i]![0])), gradient(residuals)];
      [w, b] = [w - 0.1 * dw, b - 0.1 * db];
    }
    const parameters = new Map([
      ["line.weight", tensorFrom("float32", [1, 1], [0.5])],
      ["line.bias", tensorFrom("float32", [1], [0.25])],
    ]);
    const options = { data: DOUBLED, optimizer: "sgd", learningRate: 0.1, parameters, epochs: 3 } as const;
    for (const split of [
      { batchSize: 10 },
      { batchSize: 4, accumulate: 3 },
      { batchSize: 4, accumulate: 3, shuffle: false },
    ]) {
      const trained = await trainModel(line, { ...options, ...split });
      expect(trained.parameters.get("line.weight")!.tensor.data[0]).toBeCloseTo(w, 5);
      expect(trained.parameters.get("line.bias")!.tensor.data[0]).toBeCloseTo(b, 5);
      for (const [step, loss] of losses.entries()) expect(trained.curve[step]!.loss).toBeCloseTo(loss, 5);
      trained.release();
    }
  });

  test("the schedule plateau without a validation split is refused before the first update", async () => {
    const events: unknown[] = [];
    const training = trainModel(line, {
      data: DOUBLED,
      learningRate: 0.1,
      schedule: "plateau",
      onEvent: (event) => events.push(event),
    });
    await expect(training).rejects.toMatchObject({ code: "TRAINING_PLATEAU_UNJUDGED" });
    expect(events).toEqual([]);
  });

  test.each([
    [{ every: -1 }, "lookAhead.every must be a whole number, 0 for none, got -1"],
    [{ every: 2.5 }, "lookAhead.every must be a whole number, 0 for none, got 2.5"],
    [{ every: 5, rate: 0 }, "lookAhead.rate must be above 0 and at most 1, got 0"],
    [{ every: 5, rate: 1.01 }, "lookAhead.rate must be above 0 and at most 1, got 1.01"],
    [{ every: 5, rate: Number.NaN }, "lookAhead.rate must be above 0 and at most 1, got NaN"],
  ])("refuses to look ahead by %o", async (lookAhead, message) => {
    const training = trainModel(line, { data: DOUBLED, learningRate: 0.1, lookAhead });
    await expect(training).rejects.toMatchObject({
      code: "TRAINING_OPTION_INVALID",
      message: expect.stringContaining(message),
    });
  });

  test("a dataset that makes its batches trains as whole tensors do", async () => {
    const options = { optimizer: "adam", learningRate: 0.1, batchSize: 3, epochs: 4 } as const;
    const x = DOUBLED.tensors.x.data;
    const made = {
      rows: 10,
      batch: (rows: Int32Array): Record<string, Tensor> => ({
        x: column(Array.from(rows, (row) => x[row]!)),
        y: column(Array.from(rows, (row) => 2 * x[row]!)),
      }),
    };
    const whole = await weightsOf(trainModel(network, { ...options, data: DOUBLED }));
    expect(await weightsOf(trainModel(network, { ...options, data: made }))).toEqual(whole);
  });

  test.each<[string, Partial<TrainModelOptions>]>([
    ["AdamW, an average and limited norms", { optimizer: "adamw", averageDecay: 0.9, maxNorm: 0.5 }],
    ["Adafactor", { optimizer: "adafactor" }],
    ["gradient noise and look-ahead", { optimizer: "adam", gradientNoise: 0.01, lookAhead: { every: 2 } }],
  ])("with %s: stopped after any update and started again, it ends with the same bits", async (name, chosen) => {
    const options: TrainModelOptions = {
      ...chosen,
      data: DOUBLED,
      validation: DOUBLED,
      schedule: "cosine",
      warmup: 2,
      learningRate: 0.05,
      batchSize: 4,
      epochs: 3,
      dropout: 0.25,
    };
    const whole = await weightsOf(trainModel(network, options));
    for (const stopAfter of [1, 3, 7]) {
      const checkpointDirectory = join(directory, `stop-${name}-${stopAfter}`);
      const shouldStop = (updates: number) => updates === stopAfter;
      const first = await trainModel(network, { ...options, checkpointDirectory, shouldStop });
      expect(first.fit.status).toBe("interrupted");
      first.release();
      expect(await weightsOf(trainModel(network, { ...options, checkpointDirectory }))).toEqual(whole);
    }
  });

  test.each<[string, Partial<TrainModelOptions>]>([
    ["other data", { data: { tensors: { x: DOUBLED.tensors.x, y: DOUBLED.tensors.x } } }],
    ["another learning rate", { learningRate: 0.2 }],
    ["other initial weights", { parameters: new Map([["line.bias", tensorFrom("float32", [1], [9])]]) }],
  ])("the checkpoint of a run with %s is refused", async (name, change) => {
    const checkpointDirectory = join(directory, name.replaceAll(" ", "-"));
    const options = { data: DOUBLED, learningRate: 0.1, checkpointDirectory, threads: 2 };
    await weightsOf(trainModel(line, options));
    await expect(trainModel(line, { ...options, ...change })).rejects.toMatchObject({
      code: "TRAINING_CHECKPOINT_MISMATCH",
    });
  });

  test("the checkpoint of a run with other threads is refused by their number", async () => {
    const options = { data: DOUBLED, learningRate: 0.1, checkpointDirectory: join(directory, "threads") };
    await weightsOf(trainModel(line, { ...options, threads: 2 }));
    await expect(trainModel(line, { ...options, threads: 1 })).rejects.toMatchObject({
      code: "TRAINING_CHECKPOINT_THREADS",
      details: { written: 2, now: 1 },
    });
  });

  test("with an average of the weights it is the average that is evaluated and kept", async () => {
    const options = { data: DOUBLED, optimizer: "sgd", learningRate: 0.1, batchSize: 10, epochs: 1 } as const;
    const parameters = new Map([
      ["line.weight", tensorFrom("float32", [1, 1], [0.5])],
      ["line.bias", tensorFrom("float32", [1], [0.25])],
    ]);
    const plain = await weightsOf(trainModel(line, { ...options, parameters }));
    const trained = await trainModel(line, { ...options, parameters, validation: DOUBLED, averageDecay: 0.999 });
    // After one update the decay is 2/11.
    const expected = (2 * 0.5 + 9 * plain.get("line.weight")![0]!) / 11;
    expect(trained.parameters.get("line.weight")!.tensor.data[0]).toBeCloseTo(expected, 6);
    expect(await trained.evaluate(DOUBLED)).toBe(trained.fit.state.evaluations[0]!.loss);
    trained.release();
  });

  test("keeps the weights of the least validation loss, and stops when patience is spent", async () => {
    const options = { data: DOUBLED, optimizer: "sgd", learningRate: 0.1, batchSize: 10, epochs: 50 } as const;
    // The further the line is from zero, the worse: every pass moves away from it.
    const validation = { tensors: { x: column(XS), y: column(XS.map(() => 0)) } };
    const parameters = new Map([
      ["line.weight", tensorFrom("float32", [1, 1], [0])],
      ["line.bias", tensorFrom("float32", [1], [0])],
    ]);
    const trained = await trainModel(line, { ...options, validation, parameters, earlyStopping: { patience: 2 } });
    expect(trained.fit.state).toMatchObject({ updates: 3, bestStep: 1 });
    expect(await trained.evaluate(validation)).toBe(trained.fit.state.evaluations[0]!.loss);
    trained.release();
  });

  test("saves a folder from which the prediction can be run and training go on", async () => {
    const trained = await trainModel(network, { data: DOUBLED, learningRate: 0.05, steps: 5, dropout: 0.5 });
    const folder = join(directory, "saved");
    await trained.save(folder);
    const x = column([0.25, 0.5]);
    const { predicted } = await trained.predict({ x });
    const graph = decodeModel(await readFile(join(folder, "model.onnx")));
    const reference = evaluate(graph, { x: { ...x, data: Float64Array.from(x.data) } });
    for (const [i, value] of (predicted!.data as Float32Array).entries()) {
      expect(reference.get("predicted")!.data[i]).toBeCloseTo(value, 5);
    }
    const { tensors } = readSafetensors(await readFile(join(folder, "model.safetensors")), "model.safetensors");
    for (const [name, { tensor }] of trained.parameters) expect(tensors.get(name)!.data).toEqual(tensor.data);
    expect(JSON.parse(await readFile(join(folder, "config.json"), "utf8"))).toMatchObject({
      name: "network",
      inputs: { x: { dtype: "float32", shape: ["batch", 1] } },
      outputs: { predicted: { dtype: "float32", shape: ["batch", 1] } },
      parameters: { "hidden.weight": [1, 16] },
      training: { steps: 5 },
    });
    trained.release();
  });

  test.each<[string, Record<string, Tensor>, string]>([
    ["a missing target", { x: column([1]) }, "data.tensors.y: the model declares float32 [batch, 1], got nothing"],
    [
      "another dtype",
      { x: tensorFrom("float64", [1, 1], [1]), y: column([1]) },
      "data.tensors.x: the model declares float32 [batch, 1], got float64 [1, 1]",
    ],
    [
      "another width",
      { x: tensorFrom("float32", [1, 2], [1, 2]), y: column([1]) },
      "data.tensors.x: the model declares float32 [batch, 1], got float32 [1, 2]",
    ],
    [
      "other rows",
      { x: column([1, 2]), y: column([1]) },
      'data.tensors.y: it has as many rows as "x", that is 2, got 1 rows',
    ],
    ["no rows", { x: column([]), y: column([]) }, "data: it has at least one row, got 0 rows"],
  ])("%s is named", async (_, tensors, message) => {
    const failure = await trainModel(line, { data: { tensors }, learningRate: 0.1 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ModelwrightError);
    expect((failure as Error).message).toContain(message);
  });
});
