import { loadTokenizer, type TextReading, tokensRead } from "@modelwright/data";
import { countParameters } from "@modelwright/models";
import { type EncoderTask, type FineTunedModel, trainEncoder } from "@modelwright/training";
import type { FitContext, LearningPart } from "../task.ts";
import { encoderSource, type LoadedEncoder } from "./encoder-source.ts";
import type { TextEncoderRecipe } from "./text-encoder-recipe.ts";

/** A trained encoder with its head, and what it reads texts by. */
export interface FittedTextEncoder extends FineTunedModel {
  readonly kind: "encoder";
  /** `model.base` of the recipe by which it was trained: of a candidate its own. */
  readonly base: string;
  readonly loaded: LoadedEncoder;
  readonly padId: number;
  readonly reading: TextReading;
}

/** What the head is to learn of the texts. */
export type HeadTask = Omit<EncoderTask, "pretrained" | "train" | "validation">;

/** Trains an encoder under a fresh head. Undefined when training was stopped before its end. */
export async function fitTextEncoder(
  recipe: TextEncoderRecipe,
  texts: LearningPart<readonly string[]>,
  { head, context }: { readonly head: HeadTask; readonly context: FitContext },
): Promise<FittedTextEncoder | undefined> {
  const { base, dropout, maxLength, truncation, bagLength } = recipe.model;
  const fineTune = recipe.model.fineTune === "frozen" ? "frozen" : "full";
  const loaded = await encoderSource(recipe, context).load(texts.train);
  const tokenizer = loadTokenizer(loaded.tokenizerJson);
  const reading: TextReading = { maxLength, truncation, bagLength, frame: tokenizer.frame };
  const encode = (split: readonly string[]) => ({
    encoded: split.map((text) => tokenizer.read(text, tokensRead(reading), truncation)),
    reading,
  });
  context.onModel(describeModel(recipe, loaded, head.objective.width));
  const model = await trainEncoder(
    { ...head, pretrained: loaded, train: encode(texts.train), validation: encode(texts.validation) },
    {
      ...recipe.train,
      fineTune,
      dropout,
      checkpoints: context.checkpoints,
      shouldStop: context.shouldStop,
      shouldFinish: context.shouldFinish,
      onEmbed: (done, total) => context.onProgress({ stage: "embed", done, total }),
      onEvent: context.onTraining,
    },
  );
  if (model.fit.status === "interrupted") return undefined;
  return { kind: "encoder", ...model, base, loaded, padId: tokenizer.padId, reading };
}

function describeModel({ model }: TextEncoderRecipe, { title, encoder, parameters }: LoadedEncoder, outputs: number) {
  const bag = model.bagLength > 0 ? encoder.vocabularySize : 0;
  const head = (encoder.width + 1 + bag) * outputs;
  const total = countParameters(parameters) + head;
  return { base: title, parameters: total, trained: model.fineTune === "frozen" ? head : total };
}
