import { type BootstrapOptions, type ClassificationOutcome, compareOutcomes } from "@modelwright/evaluation";
import type { ChampionComparison, DecidingMetric } from "../../promotion.ts";

const MACRO_F1: DecidingMetric = { title: "macro F1", better: "higher", margin: 0.01 };

/** A new classifier beside the champion of the same labels, both judged on the same rows. */
export function compareOnMacroF1(
  version: number,
  options: {
    readonly outcome: ClassificationOutcome;
    readonly champion: ClassificationOutcome;
    readonly bootstrap: BootstrapOptions;
  },
): ChampionComparison {
  const comparisons = compareOutcomes(options.outcome, options.champion, options.bootstrap);
  const { difference } = comparisons.find(({ metric }) => metric === "f1Macro")!;
  return { version, metric: MACRO_F1, difference };
}
