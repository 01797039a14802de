import {
  CLASSIFICATION_METRICS,
  type ClassificationMetric,
  type Measure,
  ModelwrightError,
} from "@modelwright/contracts";
import { classificationMetricNames } from "../metrics/classification-metrics.ts";
import type { ClassificationOutcome } from "../metrics/classification-outcome.ts";
import { measureWeighted, prepareOutcome } from "../metrics/prepared-outcome.ts";
import { betterSide } from "./better-side.ts";
import { type BootstrapOptions, checkBootstrapOptions } from "./bootstrap-options.ts";
import { percentileInterval } from "./percentile-interval.ts";
import { createRowResampler } from "./row-resampler.ts";

/** What the rows say about two models on one metric. */
export interface MetricComparison<Metric extends string = ClassificationMetric> {
  readonly metric: Metric;
  /** Metric of `a` minus metric of `b`. */
  readonly difference: Measure;
  /** `undecided` when the interval of the difference holds 0. */
  readonly better: "a" | "b" | "undecided";
}

function checkSameRows(a: ClassificationOutcome, b: ClassificationOutcome): void {
  const fail = (what: string, row?: number): never => {
    throw new ModelwrightError("EVALUATION_ROWS_DIFFER", row === undefined ? { what } : { what, row });
  };
  if (a.labels.length !== b.labels.length) fail(`${a.labels.length} labels against ${b.labels.length}`);
  a.labels.forEach((label, index) => {
    if (label !== b.labels[index]) fail(`label ${index} is "${label}" for one and "${b.labels[index]}" for the other`);
  });
  if (a.actual.length !== b.actual.length) fail(`${a.actual.length} rows against ${b.actual.length}`);
  const differs = a.actual.findIndex((label, row) => label !== b.actual[row]);
  if (differs !== -1) fail("the actual labels differ", differs);
}

/**
 * Says on which metrics one model is better than another, by a paired bootstrap: both are judged on the same resamples
 * of the same rows, so what is hard for both cancels out.
 *
 * Metrics that are not defined for the rows are left out. No correction for the number of metrics is made: decide on
 * one metric beforehand.
 *
 * @throws {ModelwrightError} `EVALUATION_ROWS_DIFFER` unless both judge the same rows with the same labels;
 * `EVALUATION_OPTION_INVALID`, and as `measureClassification`.
 * @see Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, section 13.3 (percentile interval) on the
 * statistic θ(a) − θ(b)
 */
export function compareOutcomes(
  a: ClassificationOutcome,
  b: ClassificationOutcome,
  options: BootstrapOptions,
): MetricComparison[] {
  const { resamples, seed, confidence } = checkBootstrapOptions(options);
  checkSameRows(a, b);
  const preparedA = prepareOutcome(a);
  const preparedB = prepareOutcome(b);
  const rows = a.actual.length;
  const differences = (weights: Uint32Array): number[] => {
    const ofA = measureWeighted(preparedA, weights).overall;
    const ofB = measureWeighted(preparedB, weights).overall;
    return classificationMetricNames.map((metric) => ofA[metric] - ofB[metric]);
  };

  const resampler = createRowResampler(rows, seed);
  const resampled = classificationMetricNames.map(() => new Float64Array(resamples));
  for (let resample = 0; resample < resamples; resample++) {
    differences(resampler.next()).forEach((difference, index) => {
      resampled[index]![resample] = difference;
    });
  }
  return differences(new Uint32Array(rows).fill(1)).flatMap((value, index) => {
    if (Number.isNaN(value)) return [];
    const metric = classificationMetricNames[index]!;
    const difference = percentileInterval(value, resampled[index]!, confidence);
    return [{ metric, difference, better: betterSide(CLASSIFICATION_METRICS[metric].better, difference) }];
  });
}
