import { ModelwrightError } from "@modelwright/contracts";

/** What a classifier said about rows whose labels are known. */
export interface ClassificationOutcome {
  /** Index in this list = class index. For two labels the second is the positive one. */
  readonly labels: readonly string[];
  /** Class indices, `[rows]`. */
  readonly actual: Int32Array;
  /** Probabilities in `[0, 1]`, row-major `[rows, classes]`. */
  readonly probabilities: Float64Array;
  /** A row whose top probability lies below it gets no answer. Default: every row gets one. */
  readonly rejectBelow?: number | undefined;
}

/**
 * Checks that an outcome is complete and in range.
 *
 * @throws {ModelwrightError} `EVALUATION_EMPTY`, `EVALUATION_SHAPE_MISMATCH`, `EVALUATION_LABEL_UNKNOWN` or
 * `EVALUATION_PROBABILITY_INVALID`.
 */
export function checkOutcome(outcome: ClassificationOutcome): void {
  const { labels, actual, probabilities } = outcome;
  const rows = actual.length;
  const classes = labels.length;
  if (rows === 0 || classes === 0) throw new ModelwrightError("EVALUATION_EMPTY", { what: "classification" });
  if (probabilities.length !== rows * classes) {
    throw new ModelwrightError("EVALUATION_SHAPE_MISMATCH", { rows, classes, probabilities: probabilities.length });
  }
  const unknown = actual.findIndex((value) => value < 0 || value >= classes);
  if (unknown !== -1) {
    throw new ModelwrightError("EVALUATION_LABEL_UNKNOWN", { row: unknown, value: actual[unknown]!, classes });
  }
  // Softmax in float32 may end a rounding step above 1.
  const invalid = probabilities.findIndex((value) => !(value >= 0 && value <= 1 + 1e-6));
  if (invalid !== -1) {
    const row = Math.floor(invalid / classes);
    const label = labels[invalid % classes]!;
    throw new ModelwrightError("EVALUATION_PROBABILITY_INVALID", { row, label, value: probabilities[invalid]! });
  }
}

/** The most probable class of every row, `[rows]`; of equals the first. */
export function predictedClasses(outcome: ClassificationOutcome): Int32Array {
  const { labels, actual, probabilities } = outcome;
  const classes = labels.length;
  const predicted = new Int32Array(actual.length);
  for (let row = 0; row < actual.length; row++) {
    let best = 0;
    for (let label = 1; label < classes; label++) {
      if (probabilities[row * classes + label]! > probabilities[row * classes + best]!) best = label;
    }
    predicted[row] = best;
  }
  return predicted;
}
