import { LABEL_METRICS, type LabelMetric } from "@modelwright/contracts";

/** The name under which one label's metric stands among the measures: `f1:spam`. */
export function labelMetricKey(metric: LabelMetric, label: string): string {
  return `${metric}:${label}`;
}

/** Metrics over weighted rows, each `[labels]`; NaN where the rows do not define one. */
export interface WeightedLabelMeasures extends Readonly<Record<LabelMetric, Float64Array>> {
  /** Weight of the rows that have the label. */
  readonly support: Float64Array;
}

/** The keys of all labels' metrics, label by label. */
export function labelMetricKeys(labels: readonly string[]): string[] {
  return labels.flatMap((label) => LABEL_METRICS.map((metric) => labelMetricKey(metric, label)));
}

/**
 * Writes the metrics of all labels in the order of `labelMetricKeys`.
 *
 * @param options.at Where the first one goes.
 * @param options.silent Whether a label without rows says nothing (NaN). In a resample it does: calling that 0 would
 * pull the interval down.
 */
export function writeLabelMeasures(
  measures: WeightedLabelMeasures,
  into: Float64Array,
  options: { readonly at: number; readonly silent: boolean },
): void {
  let { at } = options;
  for (let label = 0; label < measures.support.length; label++) {
    const isSilent = options.silent && measures.support[label] === 0;
    for (const metric of LABEL_METRICS) into[at++] = isSilent ? Number.NaN : measures[metric][label]!;
  }
}
