import type { Measure } from "@modelwright/contracts";
import { classificationMetricNames, classMetricKey, classMetricNames } from "../metrics/classification-metrics.ts";
import type { ClassificationOutcome } from "../metrics/classification-outcome.ts";
import { measureWeighted, prepareOutcome, type WeightedMeasures } from "../metrics/prepared-outcome.ts";
import { type BootstrapOptions, checkBootstrapOptions } from "./bootstrap-options.ts";
import { percentileInterval } from "./percentile-interval.ts";
import { createRowResampler } from "./row-resampler.ts";

/** One number that is followed through the resamples. */
interface Statistic {
  readonly key: string;
  readonly read: (measures: WeightedMeasures) => number;
  /** Like `read`, but NaN in a resample that says nothing about the statistic. */
  readonly readResample: (measures: WeightedMeasures) => number;
}

function listStatistics(labels: readonly string[]): Statistic[] {
  const overall = classificationMetricNames.map((metric): Statistic => {
    const read = (measures: WeightedMeasures) => measures.overall[metric];
    return { key: metric, read, readResample: read };
  });
  const perClass = labels.flatMap((label, index) =>
    classMetricNames.map((metric): Statistic => {
      const read = (measures: WeightedMeasures) => measures[metric][index]!;
      // A resample without a row of the label is silent about it; calling that 0 would pull the interval down.
      const readResample = (measures: WeightedMeasures) =>
        measures.support[index] === 0 ? Number.NaN : read(measures);
      return { key: classMetricKey(metric, label), read, readResample };
    }),
  );
  return [...overall, ...perClass];
}

/**
 * Every metric with its percentile bootstrap interval over the rows.
 *
 * Keys are the metric names (`accuracy`, `f1Macro`, …) and, for each label, `precision:<label>`, `recall:<label>`,
 * `f1:<label>` and `rocAuc:<label>`. A metric that `measureClassification` leaves out is left out here too. A label
 * without rows has values but no bounds.
 *
 * Cost: `resamples × rows × classes`, about two nanoseconds each.
 *
 * @throws {ModelwrightError} `EVALUATION_OPTION_INVALID`, and as `measureClassification`.
 * @see Efron, "Bootstrap Methods: Another Look at the Jackknife", 1979
 */
export function bootstrapClassification(
  outcome: ClassificationOutcome,
  options: BootstrapOptions,
): Record<string, Measure> {
  const { resamples, seed, confidence } = checkBootstrapOptions(options);
  const prepared = prepareOutcome(outcome);
  const rows = outcome.actual.length;
  const statistics = listStatistics(outcome.labels);
  const resampled = statistics.map(() => new Float64Array(resamples));
  const resampler = createRowResampler(rows, seed);
  for (let resample = 0; resample < resamples; resample++) {
    const measures = measureWeighted(prepared, resampler.next());
    statistics.forEach((statistic, index) => {
      resampled[index]![resample] = statistic.readResample(measures);
    });
  }
  const whole = measureWeighted(prepared, new Uint32Array(rows).fill(1));
  const intervals = statistics.map(({ key, read }, index): [string, Measure] => [
    key,
    percentileInterval(read(whole), resampled[index]!, confidence),
  ]);
  return Object.fromEntries(intervals.filter(([, measure]) => !Number.isNaN(measure.value)));
}
