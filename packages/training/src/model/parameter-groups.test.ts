import { tensorFrom } from "@modelwright/engine";
import { batchNorm, defineModel, dense, embedding, meanSquaredError } from "@modelwright/models";
import { describe, expect, test } from "vitest";
import { trainModel } from "./train-model.ts";
import type { TrainModelOptions } from "./train-model-options.ts";

const model = defineModel({
  name: "three-layers",
  inputs: { ids: { dtype: "int64", shape: ["batch", 2] } },
  targets: { y: { dtype: "float32", shape: ["batch", 1] } },
  forward: (c, { ids }) => {
    const rows = c.scope("encoder", () => embedding(c, ids, { name: "table", rows: 5, width: 3 }));
    const flat = c.b.op("Reshape", [rows, c.b.ints([-1, 6])]);
    const hidden = c.scope("encoder", () =>
      batchNorm(c, dense(c, flat, { name: "hidden", width: 4 }), { name: "norm" }),
    );
    return { predicted: c.scope("head", () => dense(c, c.b.op("Tanh", [hidden]), { name: "last", width: 1 })) };
  },
  loss: (c, { outputs, targets }) => meanSquaredError(c, { predictions: outputs.predicted, targets: targets.y }),
});
const data = {
  tensors: {
    ids: tensorFrom("int64", [6, 2], [0, 1, 1, 2, 2, 3, 3, 4, 4, 0, 0, 2]),
    y: tensorFrom("float32", [6, 1], [1, -1, 0.5, 2, -2, 0]),
  },
};

/** How far each parameter and buffer has gone from where it started. */
async function moved(options: Partial<TrainModelOptions>) {
  const initial = await trainModel(model, { data, learningRate: 0, steps: 1, trainable: () => true });
  const start = new Map([...initial.parameters].map(([name, { tensor }]) => [name, tensor]));
  initial.release();
  const rates: Readonly<Record<string, number>>[] = [];
  const trained = await trainModel(model, {
    data,
    parameters: start,
    optimizer: "sgd",
    learningRate: 0.1,
    batchSize: 6,
    steps: 1,
    onEvent: (event) => {
      if (event.type === "step") rates.push(event.learningRates);
    },
    ...options,
  });
  const steps = new Map(
    [...trained.parameters].map(([name, { tensor }]) => [
      name,
      Array.from(tensor.data, (value, i) => value - start.get(name)!.data[i]!),
    ]),
  );
  const evaluated = await trained.evaluate(data);
  trained.release();
  return { steps, rates, trained, evaluated };
}

const size = (values: readonly number[]) => Math.hypot(...values);

describe("groups of parameters", () => {
  test.each<[string, TrainModelOptions["groups"]]>([
    [
      "a table of beginnings, the longest that fits decides",
      { "": "rest", "encoder.": "encoder", "encoder.table": "table" },
    ],
    [
      "a function",
      (name) => (name.startsWith("encoder.table") ? "table" : name.startsWith("encoder.") ? "encoder" : "rest"),
    ],
  ])("learn at their own rates: %s", async (_, groups) => {
    const whole = await moved({});
    const { steps, rates } = await moved({ groups, learningRates: { table: 0.2, rest: 0 } });
    expect(rates).toEqual([{ table: 0.2, rest: 0, encoder: 0.1 }]);
    for (const [name, step] of steps) {
      const factor = name.startsWith("encoder.table") ? 2 : name.startsWith("encoder.") ? 1 : 0;
      for (const [i, value] of step.entries()) expect(value, name).toBeCloseTo(factor * whole.steps.get(name)![i]!, 5);
    }
    expect(size(whole.steps.get("head.last.weight")!)).toBeGreaterThan(1e-3);
  });

  test("are one where the caller gives none", async () => {
    expect((await moved({})).rates).toEqual([{ all: 0.1 }]);
  });

  test("without a parameter have no rate", async () => {
    await expect(moved({ learningRates: { head: 1 } })).rejects.toMatchObject({
      code: "TRAINING_GROUP_UNKNOWN",
      message: expect.stringContaining('no trained parameter is in the group "head"'),
    });
  });
});

describe("what is trained", () => {
  const trainable = (name: string) => name.startsWith("head.");

  test("moves as it does when all is; the rest stays as it was, bit for bit, buffers included", async () => {
    const { steps, trained } = await moved({ trainable, steps: 5 });
    for (const [name, step] of steps) {
      if (trainable(name)) expect(size(step), name).toBeGreaterThan(1e-3);
      else
        expect(
          step.every((value) => value === 0),
          name,
        ).toBe(true);
    }
    expect([...trained.buffers.get("encoder.norm.running_mean")!.data]).toEqual([0, 0, 0, 0]);
  });

  test("alone has weights, gradients and state in memory", async () => {
    const lengths: number[] = [];
    const beforeUpdate: TrainModelOptions["beforeUpdate"] = ({ values, names }) => {
      lengths.push(values.length);
      expect(names).toEqual(["head.last.weight", "head.last.bias"]);
    };
    await moved({ trainable, beforeUpdate });
    // A cache line of 16 floats for each of the two.
    expect(lengths).toEqual([32]);
  });

  test("is evaluated with the rest", async () => {
    const { trained, evaluated } = await moved({ trainable, validation: data, steps: 3 });
    expect(trained.fit.state.evaluations.at(-1)!.loss).toBeCloseTo(evaluated, 6);
  });

  test("is told before the first update", async () => {
    const told: string[][] = [];
    const onBuilt: TrainModelOptions["onBuilt"] = (all, trained) => told.push([...trained.keys()], [...all.keys()]);
    await moved({ trainable, onBuilt });
    expect(told[0]).toEqual(["head.last.weight", "head.last.bias"]);
    expect(told[1]).toHaveLength(7);
  });

  test("is something", async () => {
    await expect(moved({ trainable: () => false })).rejects.toMatchObject({ code: "TRAINING_NOTHING_TRAINED" });
  });
});
