import { tensorFrom } from "@modelwright/engine";
import { defineModel, dense, embedding, meanSquaredError } from "@modelwright/models";
import { describe, expect, test } from "vitest";
import { trainModel } from "../model/train-model.ts";
import type { TrainModelOptions } from "../model/train-model-options.ts";
import type { PendingUpdate } from "./update-hook.ts";

/** The table's gradient comes by rows: what a hook writes into it must not stay for the next update. */
const model = defineModel({
  name: "table",
  inputs: { ids: { dtype: "int64", shape: ["batch", 1] } },
  targets: { y: { dtype: "float32", shape: ["batch", 1] } },
  forward: (c, { ids }) => {
    const rows = c.b.op("Reshape", [embedding(c, ids, { name: "table", rows: 8, width: 3 }), c.b.ints([-1, 3])]);
    return { predicted: dense(c, rows, { name: "line", width: 1 }) };
  },
  loss: (c, { outputs, targets }) => meanSquaredError(c, { predictions: outputs.predicted, targets: targets.y }),
});
const IDS = [0, 1, 2, 3, 4, 5, 6, 7];
const rowsOf = (ids: readonly number[]) => ({
  tensors: {
    ids: tensorFrom("int64", [ids.length, 1], ids),
    y: tensorFrom(
      "float32",
      [ids.length, 1],
      ids.map((id) => Math.sin(id)),
    ),
  },
});
const OPTIONS = { optimizer: "adamw", weightDecay: 0.01, learningRate: 0.05, shuffle: false, epochs: 12 } as const;

async function weightsOf(options: Partial<TrainModelOptions> & Pick<TrainModelOptions, "data">) {
  const trained = await trainModel(model, { ...OPTIONS, ...options });
  trained.release();
  return [...trained.parameters.values()].flatMap(({ tensor }) => [...tensor.data]);
}

/** Gradients of several trainers, each weighed, as one mean in all of them. */
function allReduce(trainers: number): NonNullable<TrainModelOptions["beforeUpdate"]> {
  let waiting: { values: Float32Array; weight: number; go: () => void }[] = [];
  return (gradients, { weight }) =>
    new Promise((resolve) => {
      waiting.push({ values: gradients.values, weight, go: resolve });
      if (waiting.length < trainers) return;
      const total = waiting.reduce((sum, each) => sum + each.weight, 0);
      const mean = new Float32Array(gradients.values.length);
      for (const each of waiting) {
        for (const [i, value] of each.values.entries()) mean[i]! += (each.weight / total) * value;
      }
      for (const { values, go } of waiting) {
        values.set(mean);
        go();
      }
      waiting = [];
    });
}

describe("the hook before an update", () => {
  test.each([
    ["halves", [0, 1, 2, 3], [4, 5, 6, 7], {}],
    ["unequal parts", [0, 1, 2, 3, 4, 5], [6, 7], {}],
    ["parts whose gradients are clipped together", [0, 1, 2, 3, 4, 5], [6, 7], { clipNorm: 0.1 }],
  ])("lets two trainers with %s of a batch make the updates of one with all of it, to 1e-5", async (_, a, b, clip) => {
    const whole = await weightsOf({ data: rowsOf(IDS), batchSize: 8, ...clip });
    const beforeUpdate = allReduce(2);
    const [first, second] = await Promise.all([
      weightsOf({ data: rowsOf(a), batchSize: a.length, beforeUpdate, ...clip }),
      weightsOf({ data: rowsOf(b), batchSize: b.length, beforeUpdate, ...clip }),
    ]);
    expect(second).toEqual(first);
    for (const [i, weight] of whole.entries()) expect(Math.abs(first![i]! - weight)).toBeLessThan(1e-5);
  });

  test("that changes nothing changes no update", async () => {
    const plain = await weightsOf({ data: rowsOf(IDS), batchSize: 4 });
    expect(await weightsOf({ data: rowsOf(IDS), batchSize: 4, beforeUpdate: () => {} })).toEqual(plain);
  });

  test("sees the mean gradient before clipping, the number, the loss and the weight of the update", async () => {
    const seen: (PendingUpdate & { norm: number; bias: number })[] = [];
    const norms: number[] = [];
    const trained = await trainModel(model, {
      ...OPTIONS,
      data: rowsOf(IDS),
      batchSize: 3,
      accumulate: 3,
      epochs: 2,
      clipNorm: 1e-3,
      beforeUpdate: ({ values, of }, pending) => {
        const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
        seen.push({ ...pending, norm, bias: of("line.bias").data[0]! });
      },
      onEvent: (event) => {
        if (event.type === "step") norms.push(event.gradientNorm);
      },
    });
    trained.release();
    expect(seen.map(({ update, weight }) => [update, weight])).toEqual([
      [1, 8],
      [2, 8],
    ]);
    for (const [i, { norm, loss }] of seen.entries()) {
      expect(norm).toBeCloseTo(norms[i]!, 5);
      expect(loss).toBe(trained.curve[i]!.loss);
      expect(norm).toBeGreaterThan(1e-3);
    }
  });

  test("that makes a gradient infinite ends training, the weights as they were", async () => {
    const beforeUpdate: TrainModelOptions["beforeUpdate"] = ({ of }, { update }) => {
      if (update === 2) of("line.bias").data[0] = Number.POSITIVE_INFINITY;
    };
    await expect(weightsOf({ data: rowsOf(IDS), beforeUpdate })).rejects.toMatchObject({
      code: "TRAINING_DIVERGED",
      details: { step: 2 },
    });
  });
});
