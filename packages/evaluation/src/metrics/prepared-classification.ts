import type { ClassificationMetric } from "@modelwright/contracts";
import { meanWhere, negativeLog, ratio } from "./averages.ts";
import { CALIBRATION_BINS, calibrationBinOf } from "./calibration.ts";
import { type ClassificationOutcome, checkOutcome, predictedClasses } from "./classification-outcome.ts";
import type { WeightedLabelMeasures } from "./label-metrics.ts";
import { measureRanking, type Ranking, rankItems } from "./ranking.ts";

/** All that does not depend on how often a row counts, computed once for every resample. */
export interface PreparedClassification {
  readonly labels: readonly string[];
  readonly actual: Int32Array;
  readonly predicted: Int32Array;
  /** Negative logarithm of the actual class's probability, `[rows]`, nats. */
  readonly losses: Float64Array;
  /** Top probability, `[rows]`. */
  readonly confidences: Float64Array;
  /** 1 where a row gets an answer, `[rows]`; undefined for a model that always answers. */
  readonly answered: Uint8Array | undefined;
  /** Calibration bin, `[rows]`. */
  readonly bins: Int32Array;
  /** One ranking for each class. */
  readonly rankings: readonly Ranking[];
}

/** Metrics over weighted rows; NaN where the rows do not define one. */
export interface WeightedClassificationMeasures extends WeightedLabelMeasures {
  readonly overall: Record<ClassificationMetric, number>;
}

export function prepareClassification(outcome: ClassificationOutcome): PreparedClassification {
  checkOutcome(outcome);
  const { labels, actual, probabilities, rejectBelow } = outcome;
  const classes = labels.length;
  const predicted = predictedClasses(outcome);
  const confidences = Float64Array.from(predicted, (label, row) => probabilities[row * classes + label]!);
  return {
    labels,
    actual,
    predicted,
    losses: Float64Array.from(actual, (label, row) => negativeLog(probabilities[row * classes + label]!)),
    confidences,
    answered:
      rejectBelow === undefined
        ? undefined
        : Uint8Array.from(confidences, (confidence) => (confidence >= rejectBelow ? 1 : 0)),
    bins: Int32Array.from(confidences, (confidence) => calibrationBinOf(confidence, CALIBRATION_BINS)),
    rankings: labels.map((_, label) => {
      const scores = Float64Array.from(actual, (_, row) => probabilities[row * classes + label]!);
      return rankItems(
        scores,
        actual.map((each) => (each === label ? 1 : 0)),
        (row) => row,
      );
    }),
  };
}

/**
 * Every metric over rows that count `weights[row]` times.
 *
 * One pass over the rows and one over each ranking: O(rows × classes), no sorting.
 */
export function measureWeightedClassification(
  outcome: PreparedClassification,
  weights: Float64Array,
): WeightedClassificationMeasures {
  const { actual, predicted, losses, confidences, bins, rankings, answered } = outcome;
  const classes = outcome.labels.length;
  const support = new Float64Array(classes);
  const called = new Float64Array(classes);
  const right = new Float64Array(classes);
  const gaps = new Float64Array(CALIBRATION_BINS);
  let total = 0;
  let hits = 0;
  let loss = 0;
  let answers = 0;
  let rightAnswers = 0;
  for (let row = 0; row < actual.length; row++) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    const isRight = predicted[row] === actual[row];
    total += weight;
    support[actual[row]!]! += weight;
    called[predicted[row]!]! += weight;
    loss += weight * losses[row]!;
    gaps[bins[row]!]! += weight * (confidences[row]! - (isRight ? 1 : 0));
    const isAnswered = answered !== undefined && answered[row] === 1;
    if (isAnswered) answers += weight;
    if (!isRight) continue;
    if (isAnswered) rightAnswers += weight;
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
      coverage: answered === undefined ? Number.NaN : answers / total,
      answeredAccuracy: answers === 0 ? Number.NaN : rightAnswers / answers,
    },
    support,
    precision,
    recall,
    f1,
    rocAuc,
  };
}
