import type { MultiLabelMetric } from "@modelwright/contracts";
import { meanWhere, negativeLog, ratio } from "./averages.ts";
import type { WeightedLabelMeasures } from "./label-metrics.ts";
import { checkMultiLabelOutcome, type MultiLabelOutcome, predictedLabels } from "./multi-label-outcome.ts";
import { measureRanking, type Ranking, rankItems } from "./ranking.ts";

/** All that does not depend on how often a row counts, computed once for every resample. */
export interface PreparedMultiLabel {
  readonly rows: number;
  /** For each label the rows that have it, that were given it, and both. */
  readonly labels: readonly { readonly actual: Int32Array; readonly called: Int32Array; readonly right: Int32Array }[];
  readonly rankings: readonly Ranking[];
  /** Of all pairs of row and label. */
  readonly ranking: Ranking;
  /** Wrong labels of each row, as a share of all labels, `[rows]`. */
  readonly wrong: Float64Array;
  /** Mean loss over the labels of each row, nats, `[rows]`. */
  readonly losses: Float64Array;
}

/** Metrics over weighted rows; NaN where the rows do not define one. */
export interface WeightedMultiLabelMeasures extends WeightedLabelMeasures {
  readonly overall: Record<MultiLabelMetric, number>;
}

export function prepareMultiLabel(outcome: MultiLabelOutcome): PreparedMultiLabel {
  const rows = checkMultiLabelOutcome(outcome);
  const { labels, actual, probabilities } = outcome;
  const width = labels.length;
  const predicted = predictedLabels(outcome);
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const has = (marks: Uint8Array, label: number) => (row: number) => marks[row * width + label] === 1;
  const meanOfRow = (of: (item: number) => number) =>
    Float64Array.from(all, (row) => {
      let sum = 0;
      for (let item = row * width; item < (row + 1) * width; item++) sum += of(item);
      return sum / width;
    });
  return {
    rows,
    labels: labels.map((_, label) => {
      const called = all.filter(has(predicted, label));
      return { actual: all.filter(has(actual, label)), called, right: called.filter(has(actual, label)) };
    }),
    rankings: labels.map((_, label) =>
      rankItems(
        Float64Array.from(all, (row) => probabilities[row * width + label]!),
        Uint8Array.from(all, (row) => actual[row * width + label]!),
        (row) => row,
      ),
    ),
    ranking: rankItems(probabilities, actual, (item) => Math.floor(item / width)),
    wrong: meanOfRow((item) => (actual[item] === predicted[item] ? 0 : 1)),
    losses: meanOfRow((item) => {
      const probability = probabilities[item]!;
      return negativeLog(actual[item] === 1 ? probability : 1 - probability);
    }),
  };
}

/**
 * Every metric over rows that count `weights[row]` times.
 *
 * Macro averages of F1 run over the labels that a row has or was given, of the areas over the labels for which they are
 * defined.
 */
export function measureWeightedMultiLabel(
  prepared: PreparedMultiLabel,
  weights: Float64Array,
): WeightedMultiLabelMeasures {
  const weightOf = (of: "actual" | "called" | "right") =>
    Float64Array.from(prepared.labels, (label) => {
      let sum = 0;
      for (const row of label[of]) sum += weights[row]!;
      return sum;
    });
  const support = weightOf("actual");
  const called = weightOf("called");
  const right = weightOf("right");
  let total = 0;
  let exact = 0;
  let wrong = 0;
  let loss = 0;
  for (let row = 0; row < prepared.rows; row++) {
    const weight = weights[row]!;
    const share = prepared.wrong[row]!;
    total += weight;
    wrong += weight * share;
    loss += weight * prepared.losses[row]!;
    if (share === 0) exact += weight;
  }
  const f1 = right.map((count, label) => ratio(2 * count, called[label]! + support[label]!));
  const areas = prepared.rankings.map((ranking) => measureRanking(ranking, weights));
  const rocAuc = Float64Array.from(areas, (area) => area.rocAuc);
  const [allRight, allCalled, allActual] = [sum(right), sum(called), sum(support)];
  return {
    overall: {
      f1Micro: ratio(2 * allRight, allCalled + allActual),
      f1Macro: meanWhere(f1, (label) => support[label]! + called[label]! > 0),
      precisionMicro: ratio(allRight, allCalled),
      recallMicro: ratio(allRight, allActual),
      averagePrecisionMacro: meanWhere(
        Float64Array.from(areas, (area) => area.averagePrecision),
        () => true,
      ),
      averagePrecisionMicro: measureRanking(prepared.ranking, weights).averagePrecision,
      rocAucMacro: meanWhere(rocAuc, () => true),
      subsetAccuracy: exact / total,
      hammingLoss: wrong / total,
      logLoss: loss / total,
    },
    support,
    precision: right.map((count, label) => ratio(count, called[label]!)),
    recall: right.map((count, label) => ratio(count, support[label]!)),
    f1,
    rocAuc,
  };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
