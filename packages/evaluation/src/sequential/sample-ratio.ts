import { ModelwrightError } from "@modelwright/contracts";
import { logGamma } from "@modelwright/engine";

/** Whether units were given to arms as they should have been. */
export interface SampleRatio {
  readonly verdict: "as meant" | "mismatch";
  /** Chance that counts which are as meant ever look so wrong, at any look. */
  readonly chance: number;
  /** Units that each arm should have. */
  readonly expected: readonly number[];
}

/** Below, arms are not as meant. It ends an experiment, so that it is rarer than a difference: GrowthBook's threshold. */
const UNLIKELY = 0.001;
/**
 * Pseudo-units of the mixture of shares, spread as meant. A mismatch that matters moves a share by some hundredths, of
 * which so many are one deviation.
 */
const STRENGTH = 1000;

/**
 * Compares the units of arms with the shares that a router was to give them, at every look: a mismatch means that units
 * were lost or counted twice on one side, and then no comparison of the arms can be trusted.
 *
 * The chance is the reciprocal of how much likelier the counts are under a mixture of all shares (Dirichlet, around
 * those that are meant), which never exceeds it at any look together. A chi-square test is only right at one look.
 *
 * @param counts Units of each arm, at least two.
 * @param weights What each should have; their sum does not matter.
 * @throws {ModelwrightError} `EVALUATION_LENGTHS_DIFFER`, `EVALUATION_NUMBER_INVALID`.
 * @see Lindon & Malek, "Anytime-valid inference for multinomial count data", 2022
 */
export function sampleRatio(
  counts: readonly number[],
  weights: readonly number[],
  { alpha = UNLIKELY }: { readonly alpha?: number } = {},
): SampleRatio {
  if (counts.length !== weights.length) {
    throw new ModelwrightError("EVALUATION_LENGTHS_DIFFER", {
      what: "weights of arms",
      expected: counts.length,
      got: weights.length,
    });
  }
  requireEach("counts of arms", counts, (count) => Number.isInteger(count) && count >= 0);
  requireEach("weights of arms", weights, (weight) => weight > 0 && Number.isFinite(weight));
  const [all, whole] = [sum(counts), sum(weights)];
  let evidence = logGamma(STRENGTH) - logGamma(STRENGTH + all);
  for (const [arm, count] of counts.entries()) {
    const share = weights[arm]! / whole;
    evidence += logGamma(STRENGTH * share + count) - logGamma(STRENGTH * share) - count * Math.log(share);
  }
  const chance = Math.min(1, Math.exp(-evidence));
  return {
    verdict: chance < alpha ? "mismatch" : "as meant",
    chance,
    expected: weights.map((weight) => (all * weight) / whole),
  };
}

function requireEach(what: string, values: readonly number[], holds: (value: number) => boolean): void {
  const at = values.findIndex((value) => !holds(value));
  if (at !== -1) throw new ModelwrightError("EVALUATION_NUMBER_INVALID", { what, at, value: values[at]! });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
