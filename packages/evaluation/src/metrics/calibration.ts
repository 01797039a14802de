import { ModelwrightError } from "@modelwright/contracts";
import { type ClassificationOutcome, checkOutcome, predictedClasses } from "./classification-outcome.ts";

/** Bins of the expected calibration error, as in Guo et al. 2017. */
export const CALIBRATION_BINS = 15;

/** Rows whose top probability lies in `(low, high]`; the first bin also holds 0. */
export interface CalibrationBin {
  readonly low: number;
  readonly high: number;
  readonly rows: number;
  /** Mean top probability; 0 in an empty bin. */
  readonly confidence: number;
  /** Share of right answers; 0 in an empty bin. */
  readonly accuracy: number;
}

/** Bin of a top probability: bins are open on the left, closed on the right. */
export function calibrationBinOf(confidence: number, bins: number): number {
  return Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
}

/**
 * Confidence against accuracy in bins of equal width: the points of a reliability diagram.
 *
 * @param bins Number of bins. Default 15.
 * @throws {ModelwrightError} `EVALUATION_OPTION_INVALID` for fewer than one bin, and as `checkOutcome`.
 * @see Guo et al., "On Calibration of Modern Neural Networks", 2017
 */
export function calibrationBins(outcome: ClassificationOutcome, bins = CALIBRATION_BINS): CalibrationBin[] {
  if (!Number.isInteger(bins) || bins < 1) {
    throw new ModelwrightError("EVALUATION_OPTION_INVALID", {
      option: "bins",
      rule: "a whole number ≥ 1",
      value: bins,
    });
  }
  checkOutcome(outcome);
  const { actual, labels, probabilities } = outcome;
  const rows = new Float64Array(bins);
  const confidence = new Float64Array(bins);
  const right = new Float64Array(bins);
  predictedClasses(outcome).forEach((label, row) => {
    const top = probabilities[row * labels.length + label]!;
    const bin = calibrationBinOf(top, bins);
    rows[bin]! += 1;
    confidence[bin]! += top;
    if (label === actual[row]) right[bin]! += 1;
  });
  return Array.from(rows, (count, bin) => ({
    low: bin / bins,
    high: (bin + 1) / bins,
    rows: count,
    confidence: count === 0 ? 0 : confidence[bin]! / count,
    accuracy: count === 0 ? 0 : right[bin]! / count,
  }));
}
