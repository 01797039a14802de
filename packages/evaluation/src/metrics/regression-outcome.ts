import { ModelwrightError } from "@modelwright/contracts";

/** What a model said about rows whose target is a known number. */
export interface RegressionOutcome {
  /** In the target's unit, `[rows]`. */
  readonly actual: Float64Array;
  /** In the same unit, `[rows]`. */
  readonly predicted: Float64Array;
}

/**
 * Checks that an outcome is complete and finite.
 *
 * @throws {ModelwrightError} `EVALUATION_EMPTY`, `EVALUATION_LENGTHS_DIFFER` or `EVALUATION_NUMBER_INVALID`.
 */
export function checkRegressionOutcome({ actual, predicted }: RegressionOutcome): void {
  if (actual.length === 0) throw new ModelwrightError("EVALUATION_EMPTY", { what: "regression" });
  if (actual.length !== predicted.length) {
    throw new ModelwrightError("EVALUATION_LENGTHS_DIFFER", {
      what: "predicted",
      expected: actual.length,
      got: predicted.length,
    });
  }
  for (const [what, values] of Object.entries({ actual, predicted })) {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at !== -1) throw new ModelwrightError("EVALUATION_NUMBER_INVALID", { what, at, value: values[at]! });
  }
}
