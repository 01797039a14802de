import {
  type BootstrapOptions,
  type ClassificationOutcome,
  classificationFamily,
  compareOutcomes,
} from "@modelwright/evaluation";
import { type ChampionComparison, decidingMetric } from "../../promotion.ts";

/** A new classifier beside the champion of the same labels, both judged on the same rows. */
export function compareOnMacroF1(
  version: number,
  options: {
    readonly outcome: ClassificationOutcome;
    readonly champion: ClassificationOutcome;
    readonly bootstrap: BootstrapOptions;
  },
): ChampionComparison {
  const comparisons = compareOutcomes(classificationFamily, options.outcome, options.champion, options.bootstrap);
  const { difference } = comparisons.find(({ metric }) => metric === "f1Macro")!;
  return { version, metric: decidingMetric(classificationFamily), difference };
}
