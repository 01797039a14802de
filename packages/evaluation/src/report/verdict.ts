import type { MetricComparison } from "../intervals/compare-outcomes.ts";
import { type Metric, metrics } from "../metrics/metrics.ts";
import { formatDifference, formatInterval } from "./number-format.ts";

/**
 * One sentence that says whether the model or the baseline is better, or that the rows do not decide.
 *
 * Undefined when the metric was not compared.
 */
export function describeVerdict<Compared extends Metric>(
  model: string,
  baseline: { readonly name: string; readonly comparisons: readonly MetricComparison<Compared>[] },
  metric: Compared,
): string | undefined {
  const comparison = baseline.comparisons.find((each) => each.metric === metric);
  if (comparison === undefined) return undefined;
  const { difference, better } = comparison;
  const title = metrics[metric].title;
  const evidence = `${title} ${formatDifference(difference.value)} ${formatInterval(difference)}`.trimEnd();
  const sentences = {
    a: `${model} is better than ${baseline.name}: ${evidence}.`,
    b: `${baseline.name} is better than ${model}: ${evidence}.`,
    undecided: `The test rows do not decide between ${model} and ${baseline.name}: ${evidence}.`,
  };
  return sentences[better];
}
