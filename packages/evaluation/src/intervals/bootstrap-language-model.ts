import {
  LANGUAGE_MODELING_METRICS,
  type LanguageModelingMetric,
  type Measure,
  ModelwrightError,
} from "@modelwright/contracts";
import { languageModelMetricNames } from "../metrics/language-model-metrics.ts";
import {
  type DocumentScore,
  type LanguageModelMeasures,
  measureLanguageModel,
} from "../metrics/measure-language-model.ts";
import { betterSide } from "./better-side.ts";
import { type BootstrapOptions, checkBootstrapOptions } from "./bootstrap-options.ts";
import type { MetricComparison } from "./compare-outcomes.ts";
import { percentileInterval } from "./percentile-interval.ts";
import { createRowResampler } from "./row-resampler.ts";

/**
 * Every metric with its percentile bootstrap interval over whole documents, since the pieces of one are alike. A single document has no
 * interval. Metrics of which the documents tell nothing are left out.
 *
 * @throws {ModelwrightError} `EVALUATION_OPTION_INVALID`, `EVALUATION_EMPTY`.
 */
export function bootstrapLanguageModel(
  documents: readonly DocumentScore[],
  options: BootstrapOptions,
): Record<string, Measure> {
  return Object.fromEntries(
    intervals(documents.length, (weights) => measureLanguageModel(documents, weights), options),
  );
}

/**
 * Says on which metrics one language model is better than another, by a paired bootstrap over the documents that both were judged on.
 *
 * @throws {ModelwrightError} `EVALUATION_ROWS_DIFFER` unless both have the same number of documents; `EVALUATION_OPTION_INVALID`,
 * `EVALUATION_EMPTY`.
 */
export function compareLanguageModels(
  a: readonly DocumentScore[],
  b: readonly DocumentScore[],
  options: BootstrapOptions,
): MetricComparison<LanguageModelingMetric>[] {
  if (a.length !== b.length)
    throw new ModelwrightError("EVALUATION_ROWS_DIFFER", { what: `${a.length} documents against ${b.length}` });
  const differences = (weights: ArrayLike<number>): LanguageModelMeasures => {
    const [ofA, ofB] = [measureLanguageModel(a, weights), measureLanguageModel(b, weights)];
    const pairs = languageModelMetricNames.map((metric) => [metric, ofA[metric] - ofB[metric]] as const);
    return Object.fromEntries(pairs) as Record<LanguageModelingMetric, number>;
  };
  return intervals(a.length, differences, options).map(([metric, difference]) => ({
    metric,
    difference,
    better: betterSide(LANGUAGE_MODELING_METRICS[metric].better, difference),
  }));
}

/** A value of each metric with the interval of its resamples. */
function intervals(
  documents: number,
  measure: (weights: ArrayLike<number>) => LanguageModelMeasures,
  options: BootstrapOptions,
): (readonly [LanguageModelingMetric, Measure])[] {
  const { resamples, seed, confidence } = checkBootstrapOptions(options);
  const whole = measure(new Uint32Array(documents).fill(1));
  const resampler = createRowResampler(documents, seed);
  const resampled = Array.from({ length: documents > 1 ? resamples : 0 }, () => measure(resampler.next()));
  return languageModelMetricNames
    .filter((metric) => !Number.isNaN(whole[metric]))
    .map((metric) => {
      const values = Float64Array.from(resampled, (measures) => measures[metric]);
      return [metric, percentileInterval(whole[metric], values, confidence)] as const;
    });
}
