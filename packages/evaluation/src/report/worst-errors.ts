import { fallingOrder } from "../metrics/ranking.ts";
import type { RegressionOutcome } from "../metrics/regression-outcome.ts";

/** The rows with the largest absolute errors, the largest first; rows without an error are left out. */
export function largestErrors({ actual, predicted }: RegressionOutcome, limit = 20): number[] {
  const errors = actual.map((value, row) => Math.abs(predicted[row]! - value));
  return Array.from(fallingOrder(errors).subarray(0, limit)).filter((row) => errors[row]! > 0);
}
