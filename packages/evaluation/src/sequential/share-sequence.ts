import { ModelwrightError } from "@modelwright/contracts";
import { logGamma } from "@modelwright/engine";
import { checkPlan } from "./boundary.ts";
import type { SequentialInterval } from "./confidence-sequence.ts";

/** Steps of halving: to the last digit of a number in [0, 1]. */
const HALVINGS = 60;

/**
 * A share of independent cases, with an interval that holds at every look, from the first case on and for shares near 0
 * and 1 too: where the mixture of all shares (each alike before the first case) is less than `1/alpha` times as likely
 * as the share.
 *
 * @param options.alpha Chance that the share ever lies outside. Default 0.05.
 * @param options.against For `chance`. Default 0.5.
 * @throws {ModelwrightError} `EVALUATION_OPTION_INVALID`.
 * @see Robbins, "Statistical methods related to the law of the iterated logarithm", 1970
 */
export function shareSequence(
  hits: number,
  cases: number,
  { alpha: given, against = 0.5 }: { readonly alpha?: number; readonly against?: number } = {},
): SequentialInterval {
  const { alpha } = checkPlan(given === undefined ? {} : { alpha: given });
  const check = (value: number, option: string, most: number, rule: string): void => {
    if (Number.isInteger(value) && value >= 0 && value <= most) return;
    throw new ModelwrightError("EVALUATION_OPTION_INVALID", { option, rule, value });
  };
  check(cases, "cases", Number.MAX_SAFE_INTEGER, "a whole number ≥ 0");
  check(hits, "hits", cases, `a whole number from 0 to the ${cases} cases`);
  const misses = cases - hits;
  const mixture = logGamma(hits + 1) + logGamma(misses + 1) - logGamma(cases + 2);
  const evidence = (share: number) => mixture - times(hits, Math.log(share)) - times(misses, Math.log1p(-share));
  const isInside = (share: number) => evidence(share) < -Math.log(alpha);
  const value = cases === 0 ? 0.5 : hits / cases;
  const end = (bound: 0 | 1) => {
    if (isInside(bound)) return bound;
    let [inside, outside] = [value, bound as number];
    for (let step = 0; step < HALVINGS; step++) {
      const middle = (inside + outside) / 2;
      if (isInside(middle)) inside = middle;
      else outside = middle;
    }
    return outside;
  };
  return { value, low: end(0), high: end(1), units: cases, chance: Math.min(1, Math.exp(-evidence(against))) };
}

/** Nothing that happened is no evidence, however unlikely it was. */
function times(count: number, logarithm: number): number {
  return count === 0 ? 0 : count * logarithm;
}
