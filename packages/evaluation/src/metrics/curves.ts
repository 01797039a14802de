import { ModelwrightError } from "@modelwright/contracts";
import { type ClassificationOutcome, checkOutcome } from "./classification-outcome.ts";
import { fallingOrder } from "./ranking.ts";

/** One row of counts for every distinct probability, from the strictest threshold to the loosest. */
interface Sweep {
  readonly thresholds: number[];
  readonly truePositives: number[];
  readonly falsePositives: number[];
}

export interface RocCurve {
  readonly falsePositiveRate: readonly number[];
  readonly truePositiveRate: readonly number[];
  /** Falling; the first is Infinity, where nothing is called positive. */
  readonly thresholds: readonly number[];
}

export interface PrecisionRecallCurve {
  /** The first is 1 by convention, where nothing is called positive. */
  readonly precision: readonly number[];
  readonly recall: readonly number[];
  /** Falling; the first is Infinity. */
  readonly thresholds: readonly number[];
}

function sweepThresholds(outcome: ClassificationOutcome, label: number): Sweep {
  checkOutcome(outcome);
  const { labels, probabilities } = outcome;
  if (!(Number.isInteger(label) && label >= 0 && label < labels.length)) {
    const rule = `an index from 0 to ${labels.length - 1}`;
    throw new ModelwrightError("EVALUATION_OPTION_INVALID", { option: "label", rule, value: label });
  }
  const sweep: Sweep = { thresholds: [Number.POSITIVE_INFINITY], truePositives: [0], falsePositives: [0] };
  let truePositives = 0;
  let falsePositives = 0;
  const scores = Float64Array.from(outcome.actual, (_, row) => probabilities[row * labels.length + label]!);
  const order = fallingOrder(scores);
  order.forEach((row, rank) => {
    if (outcome.actual[row] === label) truePositives += 1;
    else falsePositives += 1;
    const next = order[rank + 1];
    if (next !== undefined && scores[next] === scores[row]) return;
    sweep.thresholds.push(scores[row]!);
    sweep.truePositives.push(truePositives);
    sweep.falsePositives.push(falsePositives);
  });
  return sweep;
}

/**
 * Receiver operating characteristic of one class against the rest, a point for every distinct probability.
 *
 * A rate whose class has no rows is 0 everywhere.
 *
 * @param label Class index.
 */
export function rocCurve(outcome: ClassificationOutcome, label: number): RocCurve {
  const { thresholds, truePositives, falsePositives } = sweepThresholds(outcome, label);
  const positives = Math.max(1, truePositives.at(-1)!);
  const negatives = Math.max(1, falsePositives.at(-1)!);
  return {
    falsePositiveRate: falsePositives.map((count) => count / negatives),
    truePositiveRate: truePositives.map((count) => count / positives),
    thresholds,
  };
}

/**
 * Precision and recall of one class against the rest, a point for every distinct probability.
 *
 * Without a positive row recall is 0 everywhere.
 *
 * @param label Class index.
 */
export function precisionRecallCurve(outcome: ClassificationOutcome, label: number): PrecisionRecallCurve {
  const { thresholds, truePositives, falsePositives } = sweepThresholds(outcome, label);
  const positives = Math.max(1, truePositives.at(-1)!);
  return {
    precision: truePositives.map((count, i) => (i === 0 ? 1 : count / (count + falsePositives[i]!))),
    recall: truePositives.map((count) => count / positives),
    thresholds,
  };
}
