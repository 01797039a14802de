import { EMBEDDING_METRICS, type Recipes } from "@modelwright/contracts";
import { loadTokenizer, type TextReading, tokensRead } from "@modelwright/data";
import { measureOutcome } from "@modelwright/evaluation";
import { countParameters, type EmbeddingLoss, isAdapterParameter, type RowText } from "@modelwright/models";
import { type EarlyStopping, type Evaluation, trainEmbedding } from "@modelwright/training";
import type { FitContext, LearningPart } from "../task.ts";
import { encoderSource } from "../text-encoder/encoder-source.ts";
import type { FittedTextEncoder } from "../text-encoder/fit-text-encoder.ts";
import { readAdapter } from "../text-encoder/read-adapter.ts";
import type { ExampleRows } from "./example-rows.ts";
import { type ExamplesOfTexts, examplesOf, rangeOf } from "./examples.ts";
import { familyOf } from "./family.ts";
import { outcomeOf } from "./outcome.ts";
import { isSearchable, textsOfRow } from "./rows.ts";
import { vectorNearness } from "./vector-nearness.ts";

type Recipe = Recipes["embedding"];

const LOSSES: {
  readonly [Name in Recipe["train"]["loss"]]: (recipe: Recipe) => EmbeddingLoss;
} = {
  "multiple-negatives": ({ data, train }) => ({
    kind: "multiple-negatives",
    scale: train.scale,
    hardNegatives: data.examples === "triplets",
  }),
  cosine: () => ({ kind: "cosine" }),
  triplet: ({ train }) => ({ kind: "triplet", margin: train.margin }),
};

/** Fine-tunes an encoder by texts that belong together. Undefined when training was stopped before its end. */
export async function fitEmbedder(
  recipe: Recipe,
  { train, validation }: LearningPart<ExampleRows>,
  context: FitContext,
): Promise<FittedTextEncoder | undefined> {
  const { base, fineTune, dropout, maxLength, truncation, lora, adapter } = recipe.model;
  const { loss, scale: _, margin: __, earlyStopping, seed, ...training } = recipe.train;
  const loaded = await encoderSource(recipe, context).load(train.rows.flatMap(textsOfRow));
  const tokenizer = loadTokenizer(loaded.tokenizerJson);
  const reading: TextReading = { maxLength, truncation, frame: tokenizer.frame };
  const options = {
    loss,
    reading,
    seed,
    encode: (text: string) => tokenizer.read(text, tokensRead(reading), truncation),
    ...(train.examples === "scores" ? { range: rangeOf(train) } : {}),
  };
  const [learnt, validated] = [examplesOf(train, options), examplesOf(validation, options)];
  const trained = await trainEmbedding(
    {
      pretrained: loaded,
      loss: LOSSES[loss](recipe),
      train: learnt,
      validation: validated,
      evaluation: evaluationOf(validation, validated, recipe),
      earlyStopping: stopBy(isSearchable(validation) ? earlyStopping : { ...earlyStopping, metric: "loss" }),
    },
    {
      ...training,
      seed,
      fineTune,
      dropout,
      lora: adapter === undefined ? lora : await readAdapter(adapter, context),
      onBuilt: (all, parameters) => {
        const plain = [...all].filter(([name]) => !isAdapterParameter(name));
        const counts = { parameters: countParameters(new Map(plain)), trained: countParameters(parameters) };
        context.onModel({ base: loaded.title, ...counts });
      },
      checkpoints: context.checkpoints,
      shouldStop: context.shouldStop,
      shouldFinish: context.shouldFinish,
      onEvent: context.onTraining,
    },
  );
  if (trained.fit.status === "interrupted") return undefined;
  return { kind: "encoder", ...trained, base, loaded, padId: tokenizer.padId, reading };
}

/** The loss, and what the vectors of the validation rows find. */
function evaluationOf(validation: ExampleRows, examples: ExamplesOfTexts, recipe: Recipe): Evaluation<RowText> {
  const texts: readonly RowText[] =
    validation.examples === "triplets" ? ["anchor", "positive", "negative"] : ["anchor", "positive"];
  return {
    outputs: texts,
    measure: ({ loss, outputs }) => {
      if (!isSearchable(validation)) return { loss, measures: {} };
      const vectors = new Map<string, Float32Array>();
      for (const text of texts) {
        const { data, shape } = outputs[text]!;
        const width = shape[1]!;
        for (let row = 0; row < examples.rows; row++) {
          const place = examples.example(row, 0)[text]!;
          vectors.set(examples.texts[place]!, (data as Float32Array).subarray(row * width, (row + 1) * width));
        }
      }
      const nearness = vectorNearness((text) => vectors.get(text)!);
      return { loss, measures: measureOutcome(familyOf(recipe.data.examples), outcomeOf(validation, nearness)) };
    },
  };
}

function stopBy({ metric, patience }: Recipe["train"]["earlyStopping"]): EarlyStopping {
  return { metric, patience, better: metric === "loss" ? "lower" : EMBEDDING_METRICS[metric].better };
}
