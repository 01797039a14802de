import { NO_BASE, type Recipes, SPAN_METRICS } from "@modelwright/contracts";
import type { Evaluation } from "@modelwright/training";
import type { FitContext, LearningPart } from "../task.ts";
import { fitFromScratch } from "./fit-from-scratch.ts";
import { fitPretrained } from "./fit-pretrained.ts";
import type { FittedTagger } from "./fitted-tagger.ts";
import type { SpanRows } from "./rows.ts";

type Recipe = Recipes["token-classification"];

/** Trains a tagger. Undefined when training was stopped before its end. */
export function fitTagger(
  recipe: Recipe,
  learning: LearningPart<SpanRows>,
  context: FitContext,
): Promise<FittedTagger | undefined> {
  const fit = recipe.model.base === NO_BASE ? fitFromScratch : fitPretrained;
  const { metric, patience } = recipe.train.earlyStopping;
  const better = metric === "loss" ? "lower" : SPAN_METRICS[metric].better;
  return fit(recipe, learning, { context, evaluation: EVALUATION, earlyStopping: { metric, patience, better } });
}

/** Span F1 over all parts of texts, counted in the graph. */
const EVALUATION: Evaluation<never> = {
  measure: ({ loss, sums }) => {
    const { actual = 0, predicted = 0, right = 0 } = sums;
    return { loss, measures: { f1Micro: actual + predicted === 0 ? 0 : (2 * right) / (actual + predicted) } };
  },
};
