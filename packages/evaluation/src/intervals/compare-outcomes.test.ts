import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classificationFamily } from "../families/classification.ts";
import type { ClassificationOutcome } from "../metrics/classification-outcome.ts";
import { measureClassification } from "../metrics/measure-classification.ts";
import { outcomes } from "../testing/outcomes.ts";
import { compareOutcomes } from "./compare-outcomes.ts";

const rows = 400;
const labels = ["ham", "spam"];
const actual = Int32Array.from({ length: rows }, (_, row) => row % 2);

/** Right wherever `isRight` says so, with 90 % confidence. */
function outcomeWhere(isRight: (row: number) => boolean): ClassificationOutcome {
  const probabilities = Float64Array.from({ length: rows * 2 }, (_, index) => {
    const row = index >> 1;
    return (index % 2 === actual[row]) === isRight(row) ? 0.9 : 0.1;
  });
  return { labels, actual, probabilities };
}

const verdicts = (a: ClassificationOutcome, b: ClassificationOutcome) =>
  Object.fromEntries(
    compareOutcomes(classificationFamily, a, b, { resamples: 500, seed: 1 }).map(({ metric, better }) => [
      metric,
      better,
    ]),
  );

describe("compareOutcomes", () => {
  const strong = outcomeWhere((row) => row % 20 !== 0);
  const weak = outcomeWhere((row) => row % 5 !== 0);

  test("finds the better model whichever way the metric points", () => {
    expect(verdicts(strong, weak)).toMatchObject({ accuracy: "a", f1Macro: "a", logLoss: "a" });
    expect(verdicts(weak, strong)).toMatchObject({ accuracy: "b", f1Macro: "b", logLoss: "b" });
  });

  test("is undecided between equals", () => {
    expect(new Set(Object.values(verdicts(strong, strong)))).toEqual(new Set(["undecided"]));
    const otherRows = outcomeWhere((row) => row % 20 !== 7);
    expect(verdicts(strong, otherRows).accuracy).toBe("undecided");
  });

  test("sees a small difference on the same rows that separate intervals would hide", () => {
    // The second model is wrong wherever the first is, and on 8 rows more: 0.75 against 0.73.
    const first = outcomeWhere((row) => row % 4 !== 0);
    const second = outcomeWhere((row) => row % 4 !== 0 && row % 50 !== 1);
    expect(verdicts(first, second).accuracy).toBe("a");
  });

  test("turning the models round turns the sign", () => {
    fc.assert(
      fc.property(outcomes(), fc.nat(), (outcome, seed) => {
        const other = { ...outcome, probabilities: outcome.probabilities.map((value) => 1 - value) };
        const there = compareOutcomes(classificationFamily, outcome, other, { resamples: 20, seed });
        const back = compareOutcomes(classificationFamily, other, outcome, { resamples: 20, seed });
        const opposite = { a: "b", b: "a", undecided: "undecided" };
        there.forEach(({ metric, difference, better }, index) => {
          expect(back[index]!.metric).toBe(metric);
          expect(back[index]!.difference.value).toBeCloseTo(-difference.value, 12);
          // One row has no interval.
          if (difference.low === undefined) expect(back[index]!.difference).not.toHaveProperty("high");
          else expect(back[index]!.difference.high).toBeCloseTo(-difference.low, 12);
          expect(back[index]!.better).toBe(opposite[better]);
        });
      }),
      { numRuns: 50 },
    );
  });

  test("the difference is that of the two models' own metrics", () => {
    const [a, b] = [measureClassification(strong), measureClassification(weak)];
    for (const { metric, difference } of compareOutcomes(classificationFamily, strong, weak, {
      resamples: 10,
      seed: 1,
    })) {
      expect(difference.value).toBeCloseTo(a[metric]! - b[metric]!, 12);
    }
  });

  test("refuses outcomes of other rows or labels", () => {
    const options = { resamples: 10, seed: 1 };
    const otherActual = Int32Array.from(actual, (label, row) => (row === 3 ? 1 - label : label));
    expect(() =>
      compareOutcomes(classificationFamily, strong, { ...strong, actual: otherActual }, options),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ModelwrightError: comparison: the actual labels differ at row 3. Let both models predict the same rows in the same order, with the same labels.]`,
    );
    expect(() =>
      compareOutcomes(classificationFamily, strong, { ...strong, labels: ["spam", "ham"] }, options),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ModelwrightError: comparison: label 0 is "ham" for one and "spam" for the other. Let both models predict the same rows in the same order, with the same labels.]`,
    );
  });
});
