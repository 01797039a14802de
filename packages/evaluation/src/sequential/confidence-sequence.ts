import { anytimeChance, boundary, checkPlan, type SequencePlan } from "./boundary.ts";
import { joinMoments, type Moments, varianceOfMoments } from "./moments.ts";

/** An interval that holds at every look together. Bounds are infinite while there are too few units. */
export interface SequentialInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** All that were seen, of both arms. */
  readonly units: number;
  /**
   * Chance that equal arms, or a mean of `against`, ever look so different. At most `alpha` just where two-sided bounds
   * leave equality out.
   */
  readonly chance: number;
}

/**
 * The least of an arm before it says anything: the interval relies on means being nearly normal. GrowthBook waits for
 * as many.
 */
export const FEWEST_UNITS = 150;

/**
 * A mean, with an interval that holds at every look.
 *
 * @param options.against What the mean would be if nothing were the matter, for `chance`. Default 0.
 * @throws {ModelwrightError} `EVALUATION_OPTION_INVALID`.
 */
export function meanSequence(
  moments: Moments,
  { against = 0, ...plan }: SequencePlan & { readonly against?: number } = {},
): SequentialInterval {
  checkPlan(plan);
  const { count, mean } = moments;
  if (count < FEWEST_UNITS) return unknownYet(mean, count);
  const error = Math.sqrt(varianceOfMoments(moments) / count);
  return around({ value: mean, error, units: count, from: mean - against }, plan);
}

/**
 * What the second arm has more than the first, on average, with an interval that holds at every look.
 *
 * Its variance is the larger of two: that of arms which may vary differently, and that of all units together. The
 * second is right where the arms are equal, and keeps an arm of few units, all alike so far, from looking certain.
 *
 * @throws {ModelwrightError} `EVALUATION_OPTION_INVALID`.
 */
export function differenceSequence(first: Moments, second: Moments, plan: SequencePlan = {}): SequentialInterval {
  checkPlan(plan);
  const units = first.count + second.count;
  const value = second.mean - first.mean;
  if (Math.min(first.count, second.count) < FEWEST_UNITS) return unknownYet(value, units);
  const together = varianceOfMoments(joinMoments(first, second));
  const variance = Math.max(
    varianceOfMoments(first) / first.count + varianceOfMoments(second) / second.count,
    together / first.count + together / second.count,
  );
  return around({ value, error: Math.sqrt(variance), units, from: value }, plan);
}

function around(
  found: { readonly value: number; readonly error: number; readonly units: number; readonly from: number },
  plan: SequencePlan,
): SequentialInterval {
  const { value, error, units, from } = found;
  const half = error * Math.sqrt(units) * boundary(units, plan);
  const chance = from === 0 ? 1 : anytimeChance(from / error, units, plan);
  return { value, low: value - half, high: value + half, units, chance };
}

function unknownYet(value: number, units: number): SequentialInterval {
  return { value, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, units, chance: 1 };
}
