import type { Recipes } from "@modelwright/contracts";
import { loadTokenizer, unitTokenizerJson } from "@modelwright/data";
import { bilstmVectors, countParameters, spanTagger } from "@modelwright/models";
import { trainModel } from "@modelwright/training";
import type { LearningPart } from "../task.ts";
import { textsOf } from "../text-encoder/text-rows.ts";
import type { FittedTagger, TaggerTraining } from "./fitted-tagger.ts";
import type { SpanRows } from "./rows.ts";
import { taggedRows } from "./tagged-rows.ts";
import { unitKind } from "./unit-kind.ts";

/** Name of the graph and of the model in words. */
const ARCHITECTURE = "bilstm-crf";

/** Learns a vocabulary of units and trains a network on them, under a conditional random field. */
export async function fitFromScratch(
  { model, train }: Recipes["token-classification"],
  learning: LearningPart<SpanRows>,
  { context, evaluation, earlyStopping }: TaggerTraining,
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
  const reading = { tokenizer, units, maxLength: model.maxLength, tokensPerUnit: "one", crf: true } as const;
  // Layers that are not told apart are all trained from the start.
  const { unfreeze: _, ...training } = train;
  const trained = await trainModel(definition, {
    ...training,
    data: taggedRows(learning.train, reading),
    validation: taggedRows(learning.validation, reading),
    evaluation,
    earlyStopping,
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
  const { fit, prediction } = trained;
  if (fit.status === "interrupted") return undefined;
  return { labels, units, tokenizerJson, architecture: ARCHITECTURE, graph: prediction, state: fit.state };
}
