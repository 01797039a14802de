import { loadTokenizer, type TextReading, tokensRead } from "@modelwright/data";
import {
  checkMaxLength,
  countParameters,
  type LoadedPretrained,
  type PretrainedModel,
  resolvePretrained,
} from "@modelwright/models";
import { type EncoderTask, type FineTunedModel, trainEncoder } from "@modelwright/training";
import type { FitContext, LearningPart } from "../task.ts";
import type { TextEncoderRecipe } from "./text-encoder-recipe.ts";

/** A fine-tuned encoder with its head, and what it reads texts by. */
export interface FittedTextEncoder extends FineTunedModel {
  readonly kind: "encoder";
  readonly pretrained: PretrainedModel;
  readonly loaded: LoadedPretrained;
  readonly padId: number;
  readonly reading: TextReading;
}

/** What the head is to learn of the texts. */
export type HeadTask = Omit<EncoderTask, "pretrained" | "train" | "validation">;

/**
 * Checks what can be known of the encoder before any data is read.
 *
 * @throws {ModelwrightError} For an encoder that is not known, or that reads fewer tokens than the recipe asks for.
 */
export async function checkTextEncoder({ model: { base, maxLength } }: TextEncoderRecipe): Promise<CheckedEncoder> {
  const { name, languages, load } = resolvePretrained(base);
  const { encoder, tokenizerJson } = await load();
  checkMaxLength(encoder, { option: "model.maxLength", name, maxLength });
  return { name, languages, tokenizerJson };
}

/** What of an encoder is held against the texts that it will read. */
export interface CheckedEncoder extends Pick<PretrainedModel, "name" | "languages"> {
  readonly tokenizerJson: object;
}

/** Fine-tunes a pretrained encoder under a fresh head. Undefined when training was stopped before its end. */
export async function fitTextEncoder(
  recipe: TextEncoderRecipe,
  texts: LearningPart<readonly string[]>,
  { head, context }: { readonly head: HeadTask; readonly context: FitContext },
): Promise<FittedTextEncoder | undefined> {
  const { base, dropout, maxLength, truncation, bagLength } = recipe.model;
  const fineTune = recipe.model.fineTune === "frozen" ? "frozen" : "full";
  const pretrained = resolvePretrained(base);
  const loaded = await pretrained.load();
  const tokenizer = loadTokenizer(loaded.tokenizerJson);
  const reading: TextReading = { maxLength, truncation, bagLength };
  const encode = (split: readonly string[]) => ({
    encoded: split.map((text) => tokenizer.encode(text, tokensRead(reading), truncation)),
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
  return { kind: "encoder", ...model, pretrained, loaded, padId: tokenizer.padId, reading };
}

function describeModel({ model }: TextEncoderRecipe, { encoder, parameters }: LoadedPretrained, outputs: number) {
  const bag = model.bagLength > 0 ? encoder.vocabularySize : 0;
  const head = (encoder.width + 1 + bag) * outputs;
  const total = countParameters(parameters) + head;
  return { base: model.base, parameters: total, trained: model.fineTune === "frozen" ? head : total };
}
