import type { FamilyWords } from "../families/metric-family.ts";
import type { MetricComparison } from "../intervals/compare-outcomes.ts";
import { formatDifference, formatInterval } from "./number-format.ts";

/**
 * One sentence that says whether the model or the baseline is better by the family's deciding metric, or that what was
 * tested does not decide.
 *
 * Undefined when that metric was not compared.
 */
export function describeVerdict(
  family: FamilyWords,
  model: string,
  baseline: { readonly name: string; readonly comparisons: readonly MetricComparison[] },
): string | undefined {
  const comparison = baseline.comparisons.find(({ metric }) => metric === family.deciding);
  if (comparison === undefined) return undefined;
  const { difference, better } = comparison;
  const { title } = family.metrics[family.deciding]!;
  const evidence = `${title} ${formatDifference(difference.value)} ${formatInterval(difference)}`.trimEnd();
  const sentences = {
    a: `${model} is better than ${baseline.name}: ${evidence}.`,
    b: `${baseline.name} is better than ${model}: ${evidence}.`,
    undecided: `The test ${family.unit}s do not decide between ${model} and ${baseline.name}: ${evidence}.`,
  };
  return sentences[better];
}
