import type { ClassificationMetric } from "@modelwright/contracts";
import { CALIBRATION_BINS, calibrationBinOf } from "./calibration.ts";
import { type ClassificationOutcome, checkOutcome, predictedClasses } from "./classification-outcome.ts";
import { measureRanking, type Ranking, rankRows } from "./ranking.ts";

/** All that does not depend on how often a row counts, computed once for every resample. */
export interface PreparedOutcome {
  readonly labels: readonly string[];
  readonly actual: Int32Array;
  readonly predicted: Int32Array;
  /** Negative logarithm of the actual class's probability, `[rows]`, nats. */
  readonly losses: Float64Array;
  /** Top probability, `[rows]`. */
  readonly confidences: Float64Array;
  /** Calibration bin, `[rows]`. */
  readonly bins: Int32Array;
  /** One ranking for each class. */
  readonly rankings: readonly Ranking[];
}

/** Metrics over weighted rows; NaN where the rows do not define one. */
export interface WeightedMeasures {
  readonly overall: Record<ClassificationMetric, number>;
  readonly support: Float64Array;
  readonly precision: Float64Array;
  readonly recall: Float64Array;
  readonly f1: Float64Array;
  readonly rocAuc: Float64Array;
}

export function prepareOutcome(outcome: ClassificationOutcome): PreparedOutcome {
  checkOutcome(outcome);
  const { labels, actual, probabilities } = outcome;
  const classes = labels.length;
  const predicted = predictedClasses(outcome);
  const confidences = Float64Array.from(predicted, (label, row) => probabilities[row * classes + label]!);
  return {
    labels,
    actual,
    predicted,
    losses: Float64Array.from(actual, (label, row) => {
      // A certain mistake costs a finite 36 nats: the clip that scikit-learn applies to float64.
      const probability = probabilities[row * classes + label]!;
      return -Math.log(Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probability)));
    }),
    confidences,
    bins: Int32Array.from(confidences, (confidence) => calibrationBinOf(confidence, CALIBRATION_BINS)),
    rankings: labels.map((_, label) => rankRows(outcome, label)),
  };
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** Mean of the values that are numbers and that `counts`; NaN when there is none. */
function meanWhere(values: Float64Array, counts: (index: number) => boolean): number {
  let sum = 0;
  let count = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (Number.isNaN(value) || !counts(index)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? Number.NaN : sum / count;
}

/**
 * Every metric over rows that count `weights[row]` times.
 *
 * One pass over the rows and one over each ranking: O(rows × classes), no sorting.
 */
export function measureWeighted(outcome: PreparedOutcome, weights: Uint32Array): WeightedMeasures {
  const { actual, predicted, losses, confidences, bins, rankings } = outcome;
  const classes = outcome.labels.length;
  const support = new Float64Array(classes);
  const called = new Float64Array(classes);
  const right = new Float64Array(classes);
  const gaps = new Float64Array(CALIBRATION_BINS);
  let total = 0;
  let hits = 0;
  let loss = 0;
  for (let row = 0; row < actual.length; row++) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    const isRight = predicted[row] === actual[row];
    total += weight;
    support[actual[row]!]! += weight;
    called[predicted[row]!]! += weight;
    loss += weight * losses[row]!;
    gaps[bins[row]!]! += weight * (confidences[row]! - (isRight ? 1 : 0));
    if (!isRight) continue;
    hits += weight;
    right[actual[row]!]! += weight;
  }

  const precision = right.map((count, label) => ratio(count, called[label]!));
  const recall = right.map((count, label) => ratio(count, support[label]!));
  const f1 = right.map((count, label) => ratio(2 * count, called[label]! + support[label]!));
  const areas = rankings.map((ranking) => measureRanking(ranking, weights));
  const rocAuc = Float64Array.from(areas, (area) => area.rocAuc);
  const averagePrecision = Float64Array.from(areas, (area) => area.averagePrecision);

  const occurs = (label: number) => support[label]! > 0;
  const occursOrIsCalled = (label: number) => support[label]! > 0 || called[label]! > 0;
  // Two labels: of the second, the positive one. More: each label against the rest, averaged.
  const isScored = (label: number) => classes !== 2 || label === 1;
  return {
    overall: {
      f1Macro: meanWhere(f1, occursOrIsCalled),
      accuracy: hits / total,
      precisionMacro: meanWhere(precision, occursOrIsCalled),
      recallMacro: meanWhere(recall, occursOrIsCalled),
      balancedAccuracy: meanWhere(recall, occurs),
      rocAuc: meanWhere(rocAuc, isScored),
      averagePrecision: meanWhere(averagePrecision, isScored),
      logLoss: loss / total,
      expectedCalibrationError: gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / total,
    },
    support,
    precision,
    recall,
    f1,
    rocAuc,
  };
}
