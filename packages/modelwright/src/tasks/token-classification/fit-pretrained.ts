import type { Recipes } from "@modelwright/contracts";
import { loadTokenizer, tagCount } from "@modelwright/data";
import { countParameters, isAdapterParameter, tokenTagger } from "@modelwright/models";
import { trainParts } from "@modelwright/training";
import type { LearningPart } from "../task.ts";
import { pretrainedSource } from "../text-encoder/encoder-source.ts";
import { readAdapter } from "../text-encoder/read-adapter.ts";
import { textsOf } from "../text-encoder/text-rows.ts";
import type { FittedTagger, TaggerTraining } from "./fitted-tagger.ts";
import type { SpanRows } from "./rows.ts";
import { taggedRows } from "./tagged-rows.ts";
import { unitKind } from "./unit-kind.ts";

/** Trains a pretrained encoder under a head for each token. */
export async function fitPretrained(
  { model, train }: Recipes["token-classification"],
  learning: LearningPart<SpanRows>,
  { context, evaluation, earlyStopping }: TaggerTraining,
): Promise<FittedTagger | undefined> {
  const { labels } = learning.train;
  const { fineTune, crf, maxLength } = model;
  const loaded = await pretrainedSource(model, context).load();
  const { encoder: architecture, tokenizerJson } = loaded;
  const units = unitKind(model, textsOf(learning.train.rows));
  const tokenizer = loadTokenizer(tokenizerJson);
  const reading = { tokenizer, units, maxLength, tokensPerUnit: "many", crf } as const;
  const { model: tagger, ...parts } = await trainParts(
    {
      pretrained: loaded,
      definition: tokenTagger({ architecture, labels: labels.length, crf }),
      data: taggedRows(learning.train, reading),
      validation: taggedRows(learning.validation, reading),
      evaluation,
      earlyStopping,
      ownRates: { head: train.headLearningRate },
      headWidth: tagCount(labels.length),
    },
    {
      ...train,
      fineTune,
      lora: model.adapter === undefined ? model.lora : await readAdapter(model.adapter, context),
      dropout: model.dropout,
      checkpoints: context.checkpoints,
      shouldStop: context.shouldStop,
      shouldFinish: context.shouldFinish,
      onBuilt: (all, trained) => {
        const plain = new Map([...all].filter(([name]) => !isAdapterParameter(name)));
        const [parameters, changed] = [countParameters(plain), countParameters(trained)];
        context.onModel({ base: loaded.title, parameters, trained: changed });
      },
      onEvent: context.onTraining,
    },
  );
  if (tagger.fit.status === "interrupted") return undefined;
  return {
    labels,
    units,
    tokenizerJson,
    architecture: crf ? `${architecture.modelType}-crf` : architecture.modelType,
    graph: tagger.prediction,
    state: tagger.fit.state,
    pretrained: { loaded, ...parts },
  };
}
