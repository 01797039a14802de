import { ModelwrightError } from "@modelwright/contracts";

/** How often a look at any time may be wrong, and where it sees most. Fixed before the first look. */
export interface SequencePlan {
  /** Chance that the truth ever leaves the interval, in (0, 0.5). Default 0.05. */
  readonly alpha?: number;
  /** Units after which the interval is to be narrow, against its width before and after. Default 5,000. */
  readonly tunedFor?: number;
  /** 1: each bound holds by itself with `1 − alpha`; 2: both together. Default 2. */
  readonly sides?: 1 | 2;
}

const DEFAULTS = { alpha: 0.05, tunedFor: 5000, sides: 2 } as const satisfies Required<SequencePlan>;

/** Fills in defaults. */
export function checkPlan(plan: SequencePlan): Required<SequencePlan> {
  const { alpha, tunedFor, sides } = { ...DEFAULTS, ...plan };
  const check = (holds: boolean, option: string, rule: string, value: number): void => {
    if (!holds) throw new ModelwrightError("EVALUATION_OPTION_INVALID", { option, rule, value });
  };
  check(alpha > 0 && alpha < 0.5, "alpha", "above 0 and below 0.5", alpha);
  check(tunedFor >= 1 && Number.isFinite(tunedFor), "tunedFor", "a number ≥ 1", tunedFor);
  return { alpha, tunedFor, sides };
}

/**
 * Deviation of the normal mixture that makes the interval narrow at `tunedFor` units.
 *
 * @see Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, "Time-uniform central limit theory and asymptotic confidence
 * sequences", 2021 (arXiv 2103.06476), appendix B.2
 */
export function mixtureDeviation({ alpha, tunedFor, sides }: Required<SequencePlan>): number {
  const surprise = -2 * Math.log(sides === 2 ? alpha : 2 * alpha);
  return Math.sqrt((surprise + Math.log(surprise + 1)) / tunedFor);
}

/**
 * Half of the width of an asymptotic confidence sequence after so many units, in standard deviations of one unit: the
 * truth stays within it at all times together with a chance of `1 − alpha`, so that one may look as often as one likes
 * and stop when one likes.
 *
 * @see The same, theorem 2.2 for two sides and proposition 2.6 for one
 */
export function boundary(units: number, plan: SequencePlan = {}): number {
  const checked = checkPlan(plan);
  const spread = units * mixtureDeviation(checked) ** 2 + 1;
  const surprise =
    checked.sides === 2
      ? Math.log(Math.sqrt(spread) / checked.alpha)
      : Math.log(1 + Math.sqrt(spread) / (2 * checked.alpha));
  return Math.sqrt((2 * spread * surprise) / (units * (spread - 1)));
}

/**
 * The chance that a mean ever lies as many standard errors from what it would be, at a look after any number of units
 * (the reciprocal of the mixture's e-value). It is at most `alpha` just where the interval of two sides leaves it out.
 */
export function anytimeChance(standardErrors: number, units: number, plan: SequencePlan = {}): number {
  const spread = units * mixtureDeviation({ ...checkPlan(plan), sides: 2 }) ** 2 + 1;
  return Math.min(1, Math.sqrt(spread) * Math.exp((-(standardErrors ** 2) * (spread - 1)) / (2 * spread)));
}

/**
 * Units of both arms together after which a difference is shown on average, by arms of equal size.
 *
 * @param options.deviation Standard deviation of a unit's number.
 */
export function unitsToShow(
  difference: number,
  { deviation, ...plan }: SequencePlan & { readonly deviation: number },
): number {
  // Of a difference of two halves each unit counts twice.
  const wanted = Math.abs(difference) / (2 * deviation);
  if (wanted === 0) return Number.POSITIVE_INFINITY;
  if (deviation === 0) return 2;
  let [few, many] = [1, 2];
  while (boundary(many, plan) > wanted) many *= 2;
  while (many - few > 1) {
    const middle = Math.floor((few + many) / 2);
    if (boundary(middle, plan) > wanted) few = middle;
    else many = middle;
  }
  return many;
}
