import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fitDenseLinear } from "./dense-linear-model.ts";
import { minimize } from "./minimize.ts";
import { MOST_SOLVED_FEATURES } from "./ridge.ts";

interface Case {
  readonly actual: readonly number[];
  readonly classes?: number;
  readonly weights: readonly number[] | null;
  readonly l2: number;
  /** Probabilities, or numbers. */
  readonly predicted: readonly (readonly number[])[];
}

/** Made by `fixtures/linear/make-dense-fixtures.py` with scikit-learn. */
const { features, values, cases } = JSON.parse(
  readFileSync(new URL("../../fixtures/linear/dense.json", import.meta.url), "utf8"),
) as { features: number; values: number[]; cases: Record<string, Case> };
const rows = values.length / features;
const given = { rows, features, values: Float32Array.from(values) };

describe.each(Object.entries(cases))("%s", (_, { actual, classes, weights, l2, predicted }) => {
  const targets =
    classes === undefined
      ? { kind: "numbers" as const, actual: Float64Array.from(actual) }
      : { kind: "classes" as const, classes, actual: Int32Array.from(actual) };

  test("comes to the minimum that scikit-learn finds", async () => {
    const fitted = await fitDenseLinear(given, targets, {
      l2,
      ...(weights === null ? {} : { weights: Float64Array.from(weights) }),
    });
    const { weight, bias } = fitted!;
    const width = bias.length;
    for (let row = 0; row < rows; row++) {
      const scores = Array.from(bias, (start, k) => {
        let sum = start;
        for (let j = 0; j < features; j++) sum += values[row * features + j]! * weight[j * width + k]!;
        return classes === undefined ? sum : Math.exp(sum);
      });
      const whole = classes === undefined ? 1 : scores.reduce((a, b) => a + b, 0);
      scores.forEach((score, k) => {
        expect(Math.abs(score / whole - predicted[row]![k]!)).toBeLessThan(2e-4);
      });
    }
  });
});

/** Columns of the rows again behind themselves, so that there are `count`. */
function repeated(count: number): typeof given {
  const all = Array.from(
    { length: rows * count },
    (_, i) => values[Math.floor(i / count) * features + ((i % count) % features)]!,
  );
  return { rows, features: count, values: Float32Array.from(all) };
}

test.each([
  ["columns that no penalty tells apart", 2 * features, 0],
  ["more columns than are solved for", MOST_SOLVED_FEATURES + 1, 1],
])("numbers are learnt from %s as from the columns alone", async (_, count, l2) => {
  const actual = Float64Array.from(
    { length: rows },
    (_, row) => 3 * values[row * features]! + values[row * features + 1]! + 5,
  );
  const wide = repeated(count);
  const { weight, bias } = (await fitDenseLinear(wide, { kind: "numbers", actual }, { l2 }))!;
  for (let row = 0; row < rows; row++) {
    let sum = bias[0]!;
    for (let j = 0; j < count; j++) sum += wide.values[row * count + j]! * weight[j]!;
    expect(Math.abs(sum - actual[row]!)).toBeLessThan(0.02);
  }
});

test("the minimum of a narrow valley is found, and the same bits each time", async () => {
  // Two parts of very different steepness, turned by 45°.
  const objective = (at: Float64Array, gradient: Float64Array) => {
    const [along, across] = [at[0]! + at[1]! - 3, at[0]! - at[1]! + 1];
    gradient[0] = along + 1e4 * across;
    gradient[1] = along - 1e4 * across;
    return along ** 2 / 2 + (1e4 * across ** 2) / 2;
  };
  const [one, other] = [new Float64Array(2), new Float64Array(2)];
  expect(await minimize(objective, one)).toBe(true);
  await minimize(objective, other);
  expect(one[0]).toBeCloseTo(1, 4);
  expect(one[1]).toBeCloseTo(2, 4);
  expect(other).toEqual(one);
});

test("it stops when it is told to", async () => {
  expect(
    await fitDenseLinear(
      given,
      { kind: "numbers", actual: new Float64Array(rows).fill(1) },
      { shouldStop: () => true },
    ),
  ).toBeUndefined();
});
