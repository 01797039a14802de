/** Sums of the first and second derivative of a loss by the scale of its logits. */
export interface Slope {
  first: number;
  second: number;
}

/** Rows of logits with their truth, as far as one factor on all of them is to be chosen. */
export interface LogitRows {
  readonly rows: number;
  /** Adds what a row gives to the derivatives of the log loss, at logits times `scale`. */
  addSlope(row: number, scale: number, into: Slope): void;
}

/** The smallest positive number has this logarithm: a probability of 0 counts as that one. */
const LOG_OF_NOTHING = -745;

/** Logits of probabilities that sum to 1: their logarithms, which are the model's own but for a constant of each row. */
export function logarithms(probabilities: Float64Array): Float64Array {
  return probabilities.map((probability) => Math.max(LOG_OF_NOTHING, Math.log(probability)));
}

/** The logit of a probability of its own, at most 36.7 from 0: float64 knows no probability closer to 1. */
export function logit(probability: number): number {
  const inside = Math.min(1 - Number.EPSILON / 2, Math.max(Number.EPSILON / 2, probability));
  return Math.log(inside) - Math.log1p(-inside);
}

export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/**
 * Rows of which each has one class: cross-entropy of the softmax.
 *
 * @param logits Row-major `[rows, classes]`.
 * @param actual Class of each row.
 */
export function classLogits(logits: Float64Array, actual: Int32Array): LogitRows {
  const classes = logits.length / actual.length;
  return {
    rows: actual.length,
    addSlope: (row, scale, into) => {
      const start = row * classes;
      let most = Number.NEGATIVE_INFINITY;
      for (let i = start; i < start + classes; i++) most = Math.max(most, logits[i]!);
      // Logits are taken from the largest one on: a constant in a row changes nothing but the rounding.
      let [sum, mean, square] = [0, 0, 0];
      for (let i = start; i < start + classes; i++) {
        const value = logits[i]! - most;
        const weight = Math.exp(scale * value);
        sum += weight;
        mean += weight * value;
        square += weight * value * value;
      }
      mean /= sum;
      into.first += mean - (logits[start + actual[row]!]! - most);
      into.second += square / sum - mean * mean;
    },
  };
}

/**
 * Rows with any number of labels: the binary cross-entropy of each label.
 *
 * @param logits Row-major `[rows, labels]`.
 * @param actual 1 where the row has the label, likewise.
 */
export function labelLogits(logits: Float64Array, actual: Uint8Array, labels: number): LogitRows {
  return {
    rows: actual.length / labels,
    addSlope: (row, scale, into) => {
      for (let i = row * labels; i < (row + 1) * labels; i++) {
        const value = logits[i]!;
        const probability = sigmoid(scale * value);
        into.first += (probability - actual[i]!) * value;
        into.second += probability * (1 - probability) * value * value;
      }
    },
  };
}
