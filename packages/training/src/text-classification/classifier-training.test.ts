import { parseRecipe, type RecipeInputs } from "@modelwright/contracts";
import { defaultRuntime, ON_CPU, RandomSource } from "@modelwright/engine";
import { buildFeatureClassifier, initialHeadParameters } from "@modelwright/models";
import { describe, expect, test } from "vitest";
import { type ClassifierTask, trainClassifier } from "./classifier-training.ts";
import { featureInputs } from "./inputs.ts";

const runtime = await defaultRuntime();
const WIDTH = 4;
const LABELS = ["a", "b", "c"];
/** Far from equal shares, so that class weights matter. */
const CLASSES = Int32Array.of(0, 0, 0, 0, 1, 1, 2);

function taskOf(): ClassifierTask {
  const random = RandomSource.fromSeed(3);
  const features = Float32Array.from(
    { length: CLASSES.length * WIDTH },
    (_, i) => random.normal() + (i % WIDTH === CLASSES[Math.floor(i / WIDTH)] ? 2 : 0),
  );
  const classes = LABELS.length;
  const initial = initialHeadParameters({ width: WIDTH, classes, random: RandomSource.fromSeed(4) });
  const split = { inputs: featureInputs(features, WIDTH), classes: CLASSES };
  return {
    labels: LABELS,
    build: (build) => buildFeatureClassifier({ width: WIDTH, classes, parameters: initial, build }),
    initial,
    train: split,
    validation: split,
  };
}

async function trained(train: RecipeInputs["text-classification"]["train"], dropout = 0) {
  const recipe = parseRecipe({
    name: "head",
    task: "text-classification",
    data: { source: "-" },
    train: { epochs: 6, ...train },
  }).train;
  return trainClassifier(taskOf(), { recipe, dropout, learningRates: { head: 0.1 }, runtime, provider: ON_CPU });
}

describe("trainClassifier", () => {
  test.each([
    ["mean over rows", "none"],
    ["mean over class weights", "balanced"],
  ] as const)(
    "batches of 3, 3 and 1 rows accumulated make the updates of one batch of 7: %s",
    async (_, classWeights) => {
      const whole = await trained({ classWeights, batchSize: 7 });
      const parts = await trained({ classWeights, batchSize: 3, accumulate: 3 });
      expect(parts.fit.totalSteps).toBe(whole.fit.totalSteps);
      for (const [step, { loss }] of whole.fit.state.curve.entries()) {
        expect(parts.fit.state.curve[step]!.loss).toBeCloseTo(loss, 5);
      }
      for (const [name, { tensor }] of whole.parameters) {
        const { data } = parts.parameters.get(name)!.tensor;
        for (const [i, weight] of tensor.data.entries()) expect(data[i]).toBeCloseTo(weight, 4);
      }
    },
  );

  test("balanced class weights make every label weigh the same", async () => {
    const { fit } = await trained({ classWeights: "balanced", batchSize: 7 });
    const task = taskOf();
    // The first loss, by hand: the mean over labels of the mean loss of each label's rows.
    const weight = task.initial.get("head.classifier.weight")!.tensor.data;
    const losses: number[][] = LABELS.map(() => []);
    const { features } = task.train.inputs.feeds({ rows: Int32Array.from(CLASSES.keys()), length: 0 });
    const values = features!.data as Float32Array;
    CLASSES.forEach((label, row) => {
      const logits = LABELS.map((_, c) =>
        Array.from({ length: WIDTH }, (_, i) => values[row * WIDTH + i]! * weight[i * LABELS.length + c]!).reduce(
          (sum, term) => sum + term,
          0,
        ),
      );
      const logSum = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
      losses[label]!.push(logSum - logits[label]!);
    });
    const mean = (terms: readonly number[]) => terms.reduce((sum, term) => sum + term, 0) / terms.length;
    expect(fit.state.curve[0]!.loss).toBeCloseTo(mean(losses.map(mean)), 5);
  });

  test("repeats to the bit with dropout, and differs by the seed", async () => {
    const weights = async (seed: number) => {
      const { parameters } = await trained({ seed, batchSize: 2 }, 0.5);
      return [...parameters.values()].map(({ tensor }) => [...tensor.data]);
    };
    const first = await weights(1);
    expect(await weights(1)).toEqual(first);
    expect(await weights(2)).not.toEqual(first);
  });

  test("leaves the initial parameters as they were", async () => {
    const task = taskOf();
    const before = [...task.initial.values()].map(({ tensor }) => tensor.data.slice());
    const recipe = parseRecipe({ name: "head", task: "text-classification", data: { source: "-" } }).train;
    const { parameters } = await trainClassifier(task, {
      recipe,
      dropout: 0,
      learningRates: { head: 0.1 },
      runtime,
      provider: ON_CPU,
    });
    expect([...task.initial.values()].map(({ tensor }) => tensor.data)).toEqual(before);
    expect([...parameters.values()].map(({ tensor }) => tensor.data)).not.toEqual(before);
  });
});
