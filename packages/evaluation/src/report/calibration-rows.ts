import type { CalibrationEvidence } from "../calibration/calibration-evidence.ts";
import { formatCount, formatValue } from "./number-format.ts";

const MEASURES = {
  logLoss: "Log loss",
  ece: "Calibration error, bins of equally many rows",
  brier: "Brier score",
} as const;

/** Heads of the columns of `calibrationRows`. */
export const CALIBRATION_COLUMNS = ["On the test rows, lower is better", "as trained", "as served"] as const;

/** What a temperature does to test rows, as rows of a table. */
export function calibrationRows({ before, after }: CalibrationEvidence): string[][] {
  return (Object.keys(MEASURES) as (keyof typeof MEASURES)[]).map((key) => [
    MEASURES[key],
    formatValue(before[key]),
    formatValue(after[key]),
  ]);
}

/** What was done, in a sentence. */
export function calibrationSentence({ temperature, rows }: CalibrationEvidence): string {
  return `Probabilities are calibrated: the logits are divided by the temperature ${temperature.toFixed(2)}, fitted on ${formatCount(rows)} validation rows. No answer changes by that, only how sure it is.`;
}
