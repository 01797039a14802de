import { type Measure, ModelwrightError } from "@modelwright/contracts";
import { type MetricFamily, metricNames } from "../families/metric-family.ts";
import { betterSide } from "./better-side.ts";
import { type BootstrapOptions, checkBootstrapOptions } from "./bootstrap-options.ts";
import { percentileInterval } from "./percentile-interval.ts";
import { resampleIntervals } from "./resample-intervals.ts";

/** What the units say about two models on one metric. */
export interface MetricComparison<Metric extends string = string> {
  readonly metric: Metric;
  /** Metric of `a` minus metric of `b`. */
  readonly difference: Measure;
  /** `undecided` when the interval of the difference holds 0. */
  readonly better: "a" | "b" | "undecided";
}

/**
 * Says on which metrics one model is better than another, by a paired bootstrap: both are evaluated on the same
 * resamples of the same units, so what is hard for both cancels out.
 *
 * Metrics that are not defined for the units are left out. No correction for the number of metrics is made: decide on
 * one metric beforehand, such as the family's `deciding`.
 *
 * @throws {ModelwrightError} `EVALUATION_ROWS_DIFFER` unless both are outcomes of the same units;
 * `EVALUATION_OPTION_INVALID`, and as `family.prepare`.
 * @see Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, section 13.3 (percentile interval) on the
 * statistic θ(a) − θ(b)
 */
export function compareOutcomes<Outcome, Metric extends string>(
  family: MetricFamily<Outcome, Metric>,
  a: Outcome,
  b: Outcome,
  bootstrap: BootstrapOptions,
): MetricComparison<Metric>[] {
  const mismatch = family.mismatch(a, b);
  if (mismatch !== undefined) throw new ModelwrightError("EVALUATION_ROWS_DIFFER", { ...mismatch });
  const { confidence } = checkBootstrapOptions(bootstrap);
  const [pairedA, pairedB] = family.paired?.(a, b) ?? [a, b];
  const [ofA, ofB] = [family.prepare(pairedA), family.prepare(pairedB)];
  const names = metricNames(family.metrics);
  const atA = names.map((name) => ofA.keys.indexOf(name));
  const atB = names.map((name) => ofB.keys.indexOf(name));
  const valuesA = new Float64Array(ofA.keys.length);
  const valuesB = new Float64Array(ofB.keys.length);
  const differences = resampleIntervals(
    {
      units: ofA.units,
      keys: names,
      whole: Float64Array.from(names, (_, i) => ofA.whole[atA[i]!]! - ofB.whole[atB[i]!]!),
      measure: (weights, into) => {
        ofA.measure(weights, valuesA);
        ofB.measure(weights, valuesB);
        for (let i = 0; i < names.length; i++) into[i] = valuesA[atA[i]!]! - valuesB[atB[i]!]!;
      },
    },
    { ...bootstrap, intervalOf: (value, resampled) => percentileInterval(value, resampled, confidence) },
  );
  return differences.map(([key, difference]) => {
    const metric = key as Metric;
    return { metric, difference, better: betterSide(family.metrics[metric].better, difference) };
  });
}
