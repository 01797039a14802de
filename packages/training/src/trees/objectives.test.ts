import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OBJECTIVES, weightedQuantile } from "./objectives.ts";

const numbers = { classes: 3, quantile: 0.3, delta: 0.7 };
/** Objectives whose gradient is that of their loss; `share` grows trees by squared errors, and tells a cross-entropy. */
const names = ["squared", "logistic", "softmax", "quantile", "absolute", "huber"] as const;
const hasClasses = { logistic: 2, softmax: 3 } as Partial<Record<(typeof names)[number], number>>;

describe("OBJECTIVES", () => {
  test.each(names)("%s: the gradient is that of finite differences of the loss", (name) => {
    const { derive, loss, outputs } = OBJECTIVES[name];
    const width = outputs?.(numbers) ?? 1;
    const classes = hasClasses[name];
    const target =
      classes === undefined ? fc.double({ min: -3, max: 3, noNaN: true }) : fc.integer({ min: 0, max: classes - 1 });
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: width, maxLength: width }),
        target,
        (scores, actual) => {
          const rows = { rows: 1, scores: Float64Array.from(scores), target: Float64Array.of(actual) };
          const made = { ...rows, gradients: new Float64Array(width), hessians: new Float64Array(width) };
          derive(made, 0, 1, numbers);
          // Kinks have no slope.
          const error = Math.abs(scores[0]! - actual);
          fc.pre(classes !== undefined || (error > 1e-3 && Math.abs(error - numbers.delta) > 1e-3));
          const at = (output: number, score: number) =>
            loss({ ...rows, scores: rows.scores.with(output, score) }, 0, numbers);
          const step = 1e-5;
          const factor = name === "squared" ? 2 : 1;
          for (const [output, score] of scores.entries()) {
            const slope = (at(output, score + step) - at(output, score - step)) / (2 * step);
            expect(factor * made.gradients[output]!).toBeCloseTo(slope, 6);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each([...names, "share"] as const)("%s: the base is the constant of least loss", (name) => {
    const { base, loss } = OBJECTIVES[name];
    const target = Float64Array.of(0, 1, 1, 0, 1, 2, 1).map((value) =>
      name === "logistic" ? Math.min(value, 1) : value,
    );
    const weights = Float64Array.of(1, 2, 1, 0.5, 1, 3, 0);
    const rows = { rows: 7, target, weights };
    const best = base(rows, numbers);
    const lossOf = (scores: readonly number[]) =>
      weights.reduce((sum, weight, row) => {
        const all = Float64Array.from({ length: 7 * scores.length }, (_, at) => scores[Math.floor(at / 7)]!);
        return sum + weight * loss({ ...rows, scores: all }, row, numbers);
      }, 0);
    // Huber's starts from the median, which is near.
    const slack = name === "huber" ? 0.2 : 1e-9;
    for (const [output, value] of best.entries()) {
      for (const step of [-0.01, 0.01])
        expect(lossOf(best.with(output, value + step))).toBeGreaterThan(lossOf(best) - slack);
    }
  });
});

test("weightedQuantile is the quantile of rows that come as often as they weigh", () => {
  const row = fc.record({ value: fc.double({ noNaN: true }), weight: fc.integer({ min: 0, max: 4 }) });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 19 }), (rows, twentieths) => {
      fc.pre(rows.some(({ weight }) => weight > 0));
      const values = Float64Array.from(rows, ({ value }) => value);
      const weights = Float64Array.from(rows, ({ weight }) => weight);
      const repeated = rows.flatMap(({ value, weight }) => new Array<number>(weight).fill(value)).sort((a, b) => a - b);
      const expected = repeated[Math.ceil((twentieths * repeated.length) / 20) - 1]!;
      const order = Int32Array.from(values.keys());
      expect(weightedQuantile(values, { order, weights, quantile: twentieths / 20 })).toBe(expected);
    }),
  );
});
