import { type Recipes, SPAN_METRICS } from "@modelwright/contracts";
import { loadTokenizer, type TokenizerJson, type UnitKind, unitTokenizerJson } from "@modelwright/data";
import { type BuiltModel, bilstmVectors, countParameters, spanTagger } from "@modelwright/models";
import { type EarlyStopping, type Evaluation, type FitState, trainModel } from "@modelwright/training";
import type { FitContext, LearningPart } from "../task.ts";
import { textsOf } from "../text-encoder/text-rows.ts";
import type { SpanRows } from "./rows.ts";
import { taggedRows } from "./tagged-rows.ts";
import { unitKind } from "./unit-kind.ts";

type Recipe = Recipes["token-classification"];

/** A trained tagger with what cuts texts into its units. */
export interface FittedTagger {
  readonly labels: readonly string[];
  readonly units: UnitKind;
  readonly tokenizerJson: TokenizerJson;
  /** The graph to serve. */
  readonly graph: BuiltModel;
  readonly state: FitState;
}

/** Name of the graph and of the model in words. */
export const ARCHITECTURE = "bilstm-crf";

/** Learns a vocabulary of units and trains a tagger on them. Undefined when training was stopped before its end. */
export async function fitTagger(
  { model, train }: Recipe,
  learning: LearningPart<SpanRows>,
  context: FitContext,
): Promise<FittedTagger | undefined> {
  const { labels } = learning.train;
  const texts = textsOf(learning.train.rows);
  const units = unitKind(model, texts);
  const tokenizerJson = unitTokenizerJson(texts, { kind: units, ...model });
  const tokenizer = loadTokenizer(tokenizerJson);
  const definition = spanTagger({
    name: ARCHITECTURE,
    vectors: bilstmVectors({ ...model, vocabularySize: tokenizer.vocabularySize }),
    labels: labels.length,
  });
  const reading = { tokenizer, units, maxLength: model.maxLength };
  const trained = await trainModel(definition, {
    ...train,
    data: taggedRows(learning.train, reading),
    validation: taggedRows(learning.validation, reading),
    evaluation: EVALUATION,
    earlyStopping: stopBy(train.earlyStopping),
    dropout: model.dropout,
    checkpoints: context.checkpoints,
    shouldStop: context.shouldStop,
    shouldFinish: context.shouldFinish,
    onBuilt: (parameters) => {
      const count = countParameters(parameters);
      context.onModel({ base: `${ARCHITECTURE} from scratch on ${units}`, parameters: count, trained: count });
    },
    onEvent: context.onTraining,
  });
  trained.release();
  if (trained.fit.status === "interrupted") return undefined;
  return { labels, units, tokenizerJson, graph: trained.prediction, state: trained.fit.state };
}

/** Span F1 over all parts of texts, counted in the graph. */
const EVALUATION: Evaluation<never> = {
  measure: ({ loss, sums }) => {
    const { actual = 0, predicted = 0, right = 0 } = sums;
    return { loss, measures: { f1Micro: actual + predicted === 0 ? 0 : (2 * right) / (actual + predicted) } };
  },
};

function stopBy({ metric, patience }: Recipe["train"]["earlyStopping"]): EarlyStopping {
  return { metric, patience, better: metric === "loss" ? "lower" : SPAN_METRICS[metric].better };
}
