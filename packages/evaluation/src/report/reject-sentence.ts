import type { ClassificationMeasures } from "../metrics/measure-classification.ts";
import { formatPercent } from "./number-format.ts";

/** What a model that rejects did to the test rows. */
export function rejectSentence(
  below: number,
  { coverage = 0, answeredAccuracy }: Pick<ClassificationMeasures, "coverage" | "answeredAccuracy">,
): string {
  const right = answeredAccuracy === undefined ? "" : `; ${formatPercent(answeredAccuracy)} of these answers are right`;
  return `It gives no label where the likeliest one has a probability below ${formatPercent(below)}. Of the test rows ${formatPercent(coverage)} got one${right}.`;
}
