import { type Measure, ModelwrightError } from "@modelwright/contracts";

/** The normal distribution holds 95 % within so many standard deviations. */
const Z = 1.959963984540054;

/**
 * A share of independent cases with its 95 % interval, which lies in `[0, 1]` and has a width at 0 and at 1 too.
 *
 * @param hits Cases that count, from 0 to `cases`.
 * @throws {ModelwrightError} `EVALUATION_EMPTY` without cases.
 * @see Wilson, "Probable inference, the law of succession, and statistical inference", 1927
 */
export function shareInterval(hits: number, cases: number): Measure {
  if (cases === 0) throw new ModelwrightError("EVALUATION_EMPTY", { what: "share" });
  const value = hits / cases;
  const scale = 1 + Z ** 2 / cases;
  const middle = (value + Z ** 2 / (2 * cases)) / scale;
  const half = (Z / scale) * Math.sqrt((value * (1 - value)) / cases + (Z / (2 * cases)) ** 2);
  return { value, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
