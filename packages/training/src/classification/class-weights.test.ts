import { RandomSource, tensorFrom } from "@modelwright/engine";
import { classObjective, featureModel } from "@modelwright/models";
import { describe, expect, test } from "vitest";
import { featureRows } from "../batch-sources/feature-rows.ts";
import { classTargets, withTargets } from "../batch-sources/targets.ts";
import { trainModel } from "../model/train-model.ts";
import type { TrainModelOptions } from "../model/train-model-options.ts";
import { type ClassWeighting, classWeightsOf } from "./class-weights.ts";

const WIDTH = 4;
const LABELS = ["a", "b", "c"];
/** Far from equal shares, so that class weights matter. */
const CLASSES = Int32Array.of(0, 0, 0, 0, 1, 1, 2);

const random = RandomSource.fromSeed(3);
const FEATURES = tensorFrom(
  "float32",
  [CLASSES.length, WIDTH],
  Array.from(
    { length: CLASSES.length * WIDTH },
    (_, i) => random.normal() + (i % WIDTH === CLASSES[Math.floor(i / WIDTH)] ? 2 : 0),
  ),
);
const WEIGHT = tensorFrom(
  "float32",
  [WIDTH, LABELS.length],
  Array.from({ length: WIDTH * LABELS.length }, () => 0.1 * random.normal()),
);

async function trained(weighting: ClassWeighting, options: Partial<TrainModelOptions>) {
  const classWeights = classWeightsOf(weighting, CLASSES, LABELS.length);
  const model = featureModel({
    features: WIDTH,
    objective: classObjective({ classes: LABELS.length, classWeights }),
  });
  const result = await trainModel(model, {
    data: withTargets(featureRows(FEATURES), classTargets(CLASSES, classWeights)),
    parameters: new Map([["head.classifier.weight", WEIGHT]]),
    learningRate: 0.1,
    epochs: 6,
    ...options,
  });
  result.release();
  return result;
}

describe("classes with weights", () => {
  test.each(["none", "balanced"] as const)(
    "batches of 3, 3 and 1 rows accumulated make the updates of one batch of 7: %s",
    async (weighting) => {
      const whole = await trained(weighting, { batchSize: 7 });
      const parts = await trained(weighting, { batchSize: 3, accumulate: 3 });
      expect(parts.fit.totalSteps).toBe(whole.fit.totalSteps);
      for (const [step, { loss }] of whole.curve.entries()) expect(parts.curve[step]!.loss).toBeCloseTo(loss, 5);
      for (const [name, { tensor }] of whole.parameters) {
        const { data } = parts.parameters.get(name)!.tensor;
        for (const [i, weight] of tensor.data.entries()) expect(data[i]).toBeCloseTo(weight, 4);
      }
    },
  );

  test("balanced, every label weighs the same: the first loss is the one worked out by hand", async () => {
    const losses: number[][] = LABELS.map(() => []);
    CLASSES.forEach((label, row) => {
      const logits = LABELS.map((_, c) =>
        Array.from(
          { length: WIDTH },
          (_, i) => FEATURES.data[row * WIDTH + i]! * WEIGHT.data[i * LABELS.length + c]!,
        ).reduce((sum, term) => sum + term, 0),
      );
      const logSum = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
      losses[label]!.push(logSum - logits[label]!);
    });
    const mean = (terms: readonly number[]) => terms.reduce((sum, term) => sum + term, 0) / terms.length;
    const { curve } = await trained("balanced", { batchSize: 7, epochs: 1 });
    expect(curve[0]!.loss).toBeCloseTo(mean(losses.map(mean)), 5);
  });

  test("repeat to the bit with dropout, differ by the seed, and leave what they start from as it was", async () => {
    const before = WEIGHT.data.slice();
    const weights = async (seed: number) => {
      const { parameters } = await trained("none", { seed, batchSize: 2, dropout: 0.5 });
      return [...parameters.values()].map(({ tensor }) => [...tensor.data]);
    };
    const first = await weights(1);
    expect(await weights(1)).toEqual(first);
    expect(await weights(2)).not.toEqual(first);
    expect(WEIGHT.data).toEqual(before);
  });
});
