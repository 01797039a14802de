import { ModelwrightError } from "@modelwright/contracts";

export interface BootstrapOptions {
  /** Number of resamples, at least 1. */
  readonly resamples: number;
  /** The same seed draws the same resamples. */
  readonly seed: number;
  /** Share of the distribution inside the interval, in `(0, 1)`. Default 0.95. */
  readonly confidence?: number;
}

/** Fills in defaults. */
export function checkBootstrapOptions(options: BootstrapOptions): Required<BootstrapOptions> {
  const { resamples, seed, confidence = 0.95 } = options;
  const check = (holds: boolean, option: string, rule: string, value: number): void => {
    if (!holds) throw new ModelwrightError("EVALUATION_OPTION_INVALID", { option, rule, value });
  };
  check(Number.isInteger(resamples) && resamples >= 1, "resamples", "a whole number ≥ 1", resamples);
  check(Number.isSafeInteger(seed) && seed >= 0, "seed", "a whole number ≥ 0", seed);
  check(confidence > 0 && confidence < 1, "confidence", "between 0 and 1", confidence);
  return { resamples, seed, confidence };
}
