import { ModelwrightError } from "@modelwright/contracts";
import type { AgreementOf } from "./agreement-of.ts";

/**
 * Krippendorff's alpha of numbers, whose squared differences are what raters disagree by: `krippendorffAlpha` at level
 * `interval` with the numbers themselves as places, at a cost that does not grow with how many there are.
 *
 * @param raters One number per item, `[raters][items]`; NaN where a rater did not rate it.
 * @throws {ModelwrightError} `EVALUATION_EMPTY`, `EVALUATION_LENGTHS_DIFFER`, `EVALUATION_NUMBER_INVALID`.
 * @see Krippendorff, "Computing Krippendorff's alpha-reliability", 2011
 */
export function krippendorffAlphaOfNumbers(raters: readonly ArrayLike<number>[]): AgreementOf {
  const items = raters[0]?.length ?? 0;
  if (items === 0) throw new ModelwrightError("EVALUATION_EMPTY", { what: "agreement of raters" });
  let [sum, count] = [0, 0];
  for (const [place, given] of raters.entries()) {
    const what = `ratings of rater ${place + 1}`;
    if (given.length !== items) {
      throw new ModelwrightError("EVALUATION_LENGTHS_DIFFER", { what, expected: items, got: given.length });
    }
    for (let at = 0; at < items; at++) {
      const value = given[at]!;
      if (Number.isNaN(value)) continue;
      if (!Number.isFinite(value)) throw new ModelwrightError("EVALUATION_NUMBER_INVALID", { what, at, value });
      sum += value;
      count++;
    }
  }
  // Around their mean, so that the squares of far numbers do not swallow their differences.
  const middle = count === 0 ? 0 : sum / count;
  const [rated, sums, squares] = [new Int32Array(items), new Float64Array(items), new Float64Array(items)];
  for (const given of raters) {
    for (let item = 0; item < items; item++) {
      const value = given[item]! - middle;
      if (Number.isNaN(value)) continue;
      rated[item]!++;
      sums[item]! += value;
      squares[item]! += value * value;
    }
  }
  const measure = (times: ArrayLike<number>) => {
    let [all, total, ofSquares, observed] = [0, 0, 0, 0];
    for (let item = 0; item < items; item++) {
      const often = times[item]!;
      if (often === 0 || rated[item]! < 2) continue;
      all += often * rated[item]!;
      total += often * sums[item]!;
      ofSquares += often * squares[item]!;
      // All pairs of two raters: Σᵢⱼ (xᵢ − xⱼ)² = 2mΣx² − 2(Σx)².
      observed += (often * 2 * (rated[item]! * squares[item]! - sums[item]! ** 2)) / (rated[item]! - 1);
    }
    const expected = 2 * (all * ofSquares - total ** 2);
    // Numbers that are all the same differ by rounding alone.
    return expected <= Number.EPSILON * all * ofSquares ? Number.NaN : 1 - ((all - 1) * observed) / expected;
  };
  return { items, measure };
}
