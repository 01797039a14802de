import { NO_BASE, type Recipes, SPAN_METRICS } from "@modelwright/contracts";
import type { UnitKind } from "@modelwright/data";
import type { BuiltModel } from "@modelwright/models";
import type { EarlyStopping, Evaluation, FitState, TrainedAdapter } from "@modelwright/training";
import type { FitContext, LearningPart } from "../task.ts";
import type { LoadedEncoder } from "../text-encoder/encoder-source.ts";
import { fitFromScratch } from "./fit-from-scratch.ts";
import { fitPretrained } from "./fit-pretrained.ts";
import type { SpanRows } from "./rows.ts";

/** A trained tagger with what cuts texts into its units. */
export interface FittedTagger {
  readonly labels: readonly string[];
  readonly units: UnitKind;
  readonly tokenizerJson: object;
  /** Name of the network. */
  readonly architecture: string;
  /** The graph to serve. */
  readonly graph: BuiltModel;
  readonly state: FitState;
  /** What it was made of; absent: it knows nothing but the training rows. */
  readonly pretrained?: FittedEncoder;
}

/** The encoder of a tagger. */
export interface FittedEncoder {
  readonly loaded: LoadedEncoder;
  /** How many values were trained. */
  readonly trained: number;
  readonly adapter?: TrainedAdapter;
}

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

/** By what a tagger is trained, whatever it is made of. */
export interface TaggerTraining {
  readonly context: FitContext;
  readonly evaluation: Evaluation<never>;
  readonly earlyStopping: EarlyStopping;
}

/** Span F1 over all parts of texts, counted in the graph. */
const EVALUATION: Evaluation<never> = {
  measure: ({ loss, sums }) => {
    const { actual = 0, predicted = 0, right = 0 } = sums;
    return { loss, measures: { f1Micro: actual + predicted === 0 ? 0 : (2 * right) / (actual + predicted) } };
  },
};
