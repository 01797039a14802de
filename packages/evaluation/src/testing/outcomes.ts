import fc from "fast-check";
import type { ClassificationOutcome } from "../metrics/classification-outcome.ts";

/** Arbitrary small outcomes: 2 to 5 labels, some of them absent, many tied probabilities. */
export function outcomes(): fc.Arbitrary<ClassificationOutcome> {
  return fc
    .record({ classes: fc.integer({ min: 2, max: 5 }), rows: fc.integer({ min: 1, max: 25 }) })
    .chain(({ classes, rows }) =>
      fc.record({
        actual: fc.array(fc.nat({ max: classes - 1 }), { minLength: rows, maxLength: rows }),
        scores: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: rows * classes, maxLength: rows * classes }),
        classes: fc.constant(classes),
      }),
    )
    .map(({ actual, scores, classes }) => ({
      labels: Array.from({ length: classes }, (_, index) => `label ${index}`),
      actual: Int32Array.from(actual),
      probabilities: Float64Array.from(scores, (score, index) => {
        const row = Math.floor(index / classes);
        return score / scores.slice(row * classes, (row + 1) * classes).reduce((sum, each) => sum + each, 0);
      }),
    }));
}
