import type { FamilyWords } from "../families/metric-family.ts";
import type { MetricComparison } from "../intervals/compare-outcomes.ts";
import { formatDifference, formatInterval } from "./number-format.ts";
import { titleInSentence } from "./title-in-sentence.ts";

/** What a model is compared with, and how that came out. */
interface Compared {
  readonly name: string;
  readonly comparisons: readonly MetricComparison[];
}

/**
 * One sentence that says whether the model or the baseline is better by the family's deciding metric, or that what was
 * tested does not decide, or does not define that metric for both.
 */
export function describeVerdict(family: FamilyWords, model: string, baseline: Compared): string {
  const comparison = baseline.comparisons.find(({ metric }) => metric === family.deciding);
  const { title } = family.metrics[family.deciding]!;
  if (comparison === undefined) {
    return `${model} and ${baseline.name} cannot be compared: on the test ${family.unit}s there is no ${titleInSentence(title)} of both.`;
  }
  const { difference, better } = comparison;
  const evidence =
    `${titleInSentence(title)} ${formatDifference(difference.value)} ${formatInterval(difference)}`.trimEnd();
  const sentences = {
    a: `${model} is better than ${baseline.name}: ${evidence}.`,
    b: `${baseline.name} is better than ${model}: ${evidence}.`,
    undecided: `The test ${family.unit}s do not decide between ${model} and ${baseline.name}: ${evidence}.`,
  };
  return sentences[better];
}

/** How a model stands to all that it was compared with. */
export interface Standing {
  readonly kind: "better" | "worse" | "undecided" | "alone";
  /** What it is better than, or what stands against it. */
  readonly than: readonly string[];
}

/** The standing of a model by the family's deciding metric: one comparison that is lost or open decides. */
export function standingOf(family: FamilyWords, others: readonly Compared[]): Standing {
  const decided = others.flatMap(({ name, comparisons }) => {
    const comparison = comparisons.find(({ metric }) => metric === family.deciding);
    return comparison === undefined ? [] : [{ name, better: comparison.better }];
  });
  const namesOf = (better: MetricComparison["better"]) =>
    decided.filter((each) => each.better === better).map(({ name }) => name);
  const [lost, open] = [namesOf("b"), namesOf("undecided")];
  if (lost.length > 0) return { kind: "worse", than: lost };
  if (open.length > 0) return { kind: "undecided", than: open };
  return decided.length === 0 ? { kind: "alone", than: [] } : { kind: "better", than: namesOf("a") };
}
