import { ModelwrightError } from "@modelwright/contracts";

/** What a classifier said about rows that have any number of labels, before a threshold is chosen. */
export interface MultiLabelScores {
  readonly labels: readonly string[];
  /** 1 where the row has the label, otherwise 0; row-major `[rows, labels]`. */
  readonly actual: Uint8Array;
  /** Probabilities in `[0, 1]`, row-major `[rows, labels]`; those of a row need not sum to 1. */
  readonly probabilities: Float64Array;
}

/** The same with the thresholds that turn probabilities into labels. */
export interface MultiLabelOutcome extends MultiLabelScores {
  /**
   * A row is given a label whose probability is at least this, `[labels]`; of rows of several models `[rows, labels]`. `fitThresholds` chooses
   * them.
   */
  readonly thresholds: Float64Array;
}

/**
 * Checks that scores are complete and in range.
 *
 * @returns The number of rows.
 * @throws {ModelwrightError} `EVALUATION_EMPTY`, `EVALUATION_LENGTHS_DIFFER`, `EVALUATION_NUMBER_INVALID` or
 * `EVALUATION_PROBABILITY_INVALID`.
 */
export function checkMultiLabelScores({ labels, actual, probabilities }: MultiLabelScores): number {
  const rows = Math.floor(actual.length / labels.length);
  if (!(rows > 0)) throw new ModelwrightError("EVALUATION_EMPTY", { what: "multi-label classification" });
  checkLength("actual", actual, rows * labels.length);
  checkLength("probabilities", probabilities, actual.length);
  const mark = actual.findIndex((value) => value > 1);
  if (mark !== -1) {
    throw new ModelwrightError("EVALUATION_NUMBER_INVALID", { what: "actual", at: mark, value: actual[mark]! });
  }
  // A sigmoid in float32 may end a rounding step above 1.
  const invalid = probabilities.findIndex((value) => !(value >= 0 && value <= 1 + 1e-6));
  if (invalid !== -1) {
    throw new ModelwrightError("EVALUATION_PROBABILITY_INVALID", {
      row: Math.floor(invalid / labels.length),
      label: labels[invalid % labels.length]!,
      value: probabilities[invalid]!,
    });
  }
  return rows;
}

/**
 * Checks an outcome.
 *
 * @returns The number of rows.
 * @throws {ModelwrightError} As `checkMultiLabelScores`; a threshold may be any number that is not NaN.
 */
export function checkMultiLabelOutcome(outcome: MultiLabelOutcome): number {
  const rows = checkMultiLabelScores(outcome);
  const { thresholds, labels, actual } = outcome;
  checkLength("thresholds", thresholds, thresholds.length === actual.length ? actual.length : labels.length);
  const at = thresholds.findIndex((value) => Number.isNaN(value));
  if (at !== -1) throw new ModelwrightError("EVALUATION_NUMBER_INVALID", { what: "thresholds", at, value: Number.NaN });
  return rows;
}

function checkLength(what: string, { length }: ArrayLike<number>, expected: number): void {
  if (length !== expected) throw new ModelwrightError("EVALUATION_LENGTHS_DIFFER", { what, expected, got: length });
}

/** The labels that the thresholds give, 1 or 0, `[rows, labels]`. */
export function predictedLabels({ probabilities, thresholds }: MultiLabelOutcome): Uint8Array {
  return Uint8Array.from(probabilities, (value, item) => (value >= thresholds[item % thresholds.length]! ? 1 : 0));
}
