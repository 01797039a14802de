import { readFileSync } from "node:fs";
import type { SparseVector } from "@modelwright/data";
import { softmaxRows } from "@modelwright/evaluation";
import { describe, expect, test } from "vitest";
import { classGradient } from "./class-gradient.ts";
import { type LinearTraining, scoreInto, trainLinear } from "./linear-model.ts";

interface Fixture {
  readonly rows: readonly (readonly number[])[];
  readonly classes: readonly number[];
  readonly probabilities: readonly (readonly number[])[];
}

const fixture = JSON.parse(
  readFileSync(new URL("../../fixtures/linear/logistic.json", import.meta.url), "utf8"),
) as Fixture;

function sparse(row: readonly number[]): SparseVector {
  const indices = Int32Array.from(row.keys()).filter((at) => row[at] !== 0);
  return { indices, values: Float32Array.from(indices, (at) => row[at]!) };
}

const training: LinearTraining = {
  vectors: fixture.rows.map(sparse),
  features: 4,
  width: 3,
  gradient: classGradient(Int32Array.from(fixture.classes)),
  epochs: 400,
  learningRate: 0.1,
  seed: 7,
};

describe("trainLinear", () => {
  test("finds the probabilities of scikit-learn's logistic regression", async () => {
    const model = (await trainLinear(training))!;
    const scores = new Float64Array(3);
    for (const [i, vector] of training.vectors.entries()) {
      scoreInto(model, vector, scores);
      const probabilities = softmaxRows(Float32Array.from(scores), 3);
      for (const [j, value] of fixture.probabilities[i]!.entries()) expect(probabilities[j]).toBeCloseTo(value, 1.6);
    }
  });

  test("gives the same bits for the same seed, and others for another", async () => {
    const few = { ...training, epochs: 2 };
    const [once, again, other] = await Promise.all([few, few, { ...few, seed: 8 }].map(trainLinear));
    expect(again).toEqual(once);
    expect(other).not.toEqual(once);
  });

  test("ends where it is asked to, and gives no model then", async () => {
    const shares: number[] = [];
    const model = await trainLinear({
      ...training,
      epochs: 1e9,
      onProgress: (share) => shares.push(share),
      shouldStop: () => true,
    });
    expect(model).toBeUndefined();
    expect(shares.length).toBe(1);
  });
});

test.each([undefined, [0.5, 2, 1]])(
  "the gradient of cross-entropy is that of finite differences, weights %j",
  (weights) => {
    const scores = [0.3, -1.2, 2];
    const actual = 1;
    const loss = (at: readonly number[]) => {
      const sum = at.reduce((total, score) => total + Math.exp(score), 0);
      return -(weights?.[actual] ?? 1) * (at[actual]! - Math.log(sum));
    };
    const gradient = Float64Array.from(scores);
    classGradient(Int32Array.of(actual), weights)(gradient, 0);
    for (const [j, score] of scores.entries()) {
      const step = 1e-6;
      const slope = (loss(scores.with(j, score + step)) - loss(scores.with(j, score - step))) / (2 * step);
      expect(gradient[j]).toBeCloseTo(slope, 6);
    }
  },
);
