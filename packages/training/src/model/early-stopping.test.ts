import { tensorFrom } from "@modelwright/engine";
import { defineModel, dense, meanSquaredError } from "@modelwright/models";
import { expect, test } from "vitest";
import { trainModel } from "./train-model.ts";
import type { TrainModelOptions } from "./train-model-options.ts";

const model = defineModel({
  name: "line",
  inputs: { x: { dtype: "float32", shape: ["batch", 1] } },
  targets: { y: { dtype: "float32", shape: ["batch", 1] } },
  forward: (c, { x }) => ({ predicted: dense(c, x, { name: "line", width: 1 }) }),
  loss: (c, { outputs, targets }) => meanSquaredError(c, { predictions: outputs.predicted, targets: targets.y }),
});
const column = (values: readonly number[]) => tensorFrom("float32", [values.length, 1], values);
const data = { tensors: { x: column([0, 0.5, 1]), y: column([1, 2, 3]) } };

/** Loss and greatest prediction of each evaluation. From zero every update lowers the loss and lifts the predictions. */
const EVALUATION: NonNullable<TrainModelOptions<"predicted">["evaluation"]> = {
  outputs: ["predicted"],
  measure: ({ loss, outputs }) => ({
    loss,
    measures: { greatest: Math.max(...Array.from(outputs.predicted!.data, Number)) },
  }),
};

async function run(earlyStopping: TrainModelOptions["earlyStopping"]) {
  const trained = await trainModel(model, {
    data,
    validation: data,
    evaluation: EVALUATION,
    earlyStopping,
    parameters: new Map([["line.weight", tensorFrom("float32", [1, 1], [0])]]),
    optimizer: "sgd",
    learningRate: 0.05,
    epochs: 6,
  });
  const { predicted } = await trained.predict({ x: data.tensors.x });
  trained.release();
  const { state } = trained.fit;
  return { state, greatest: Math.max(...Array.from(predicted.data, Number)) };
}

test("by a measure of which more is better, the best weights are those of its greatest value", async () => {
  const { state, greatest } = await run({ metric: "greatest", better: "higher", patience: 2 });
  expect(state).toMatchObject({ updates: 6, bestStep: 6 });
  expect(state.evaluations.at(-1)!.measures.greatest).toBeCloseTo(greatest, 6);
});

test("by the same measure of which less is better, training stops when patience is spent, and goes back", async () => {
  const { state, greatest } = await run({ metric: "greatest", better: "lower", patience: 2 });
  expect(state).toMatchObject({ updates: 3, bestStep: 1 });
  expect(state.evaluations[0]!.measures.greatest).toBeCloseTo(greatest, 6);
});

test("without a metric it is the loss", async () => {
  expect((await run({ patience: 1 })).state).toMatchObject({ updates: 6, bestStep: 6 });
});

test("a metric that the evaluation does not give is named with those that it gives", async () => {
  await expect(run({ metric: "f1", better: "higher" })).rejects.toMatchObject({
    code: "TRAINING_METRIC_UNKNOWN",
    details: { metric: "f1", known: ["loss", "greatest"] },
  });
});
