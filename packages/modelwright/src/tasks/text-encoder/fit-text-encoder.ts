import { join } from "node:path";
import { asFrozen, defaultOverlap, type TextItem } from "@modelwright/contracts";
import {
  loadTokenizer,
  pairReading,
  type TextReading,
  type TextTokenizer,
  type TokenizedTexts,
  tokenizeItems,
  type Windows,
  wholeText,
} from "@modelwright/data";
import {
  countParameters,
  type Encoder,
  isAdapterParameter,
  type Parameters,
  readsTokenTypes,
} from "@modelwright/models";
import {
  type EncoderTask,
  type FineTunedModel,
  type HeadStart,
  trainContrastive,
  trainEncoder,
  VectorCache,
} from "@modelwright/training";
import type { FitContext, LearningPart } from "../task.ts";
import { encoderSource, type LoadedEncoder } from "./encoder-source.ts";
import { isPairRecipe } from "./is-pair-recipe.ts";
import { readAdapter } from "./read-adapter.ts";
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
export interface HeadTask extends Omit<EncoderTask, "pretrained" | "train" | "validation"> {
  /** Of a classifier: the class of each training text. */
  readonly classes?: ArrayLike<number>;
}

/** Trains an encoder under a fresh head. Undefined when training was stopped before its end. */
export async function fitTextEncoder(
  recipe: TextEncoderRecipe,
  texts: LearningPart<readonly TextItem[]>,
  { head, context }: { readonly head: HeadTask; readonly context: FitContext },
): Promise<FittedTextEncoder | undefined> {
  const { base, fineTune, dropout, maxLength, truncation, bagLength, lora, adapter } = recipe.model;
  const windows = windowsOf(recipe);
  if (fineTune === "auto") throw new Error("one network is trained in one way");
  const loaded = await encoderSource(recipe, context).load(texts.train.map(wholeText));
  const { encoder, title } = loaded;
  const tokenizer = loadTokenizer(loaded.tokenizerJson);
  const reading: TextReading = {
    maxLength,
    truncation,
    bagLength,
    frame: tokenizer.frame,
    ...(isPairRecipe(recipe) ? { pair: pairReading(tokenizer) } : {}),
    ...(windows === undefined ? {} : { windows }),
  };
  const encode = (split: readonly TextItem[]) => ({ ...tokenize(split, { tokenizer, reading, encoder }), reading });
  const saved = adapter === undefined ? lora : await readAdapter(adapter, context);
  const whole = countParameters(loaded.parameters);
  // The head alone is built when the vectors are there: until then a reader wants to know what is read.
  const ofHead = (encoder.width + 1) * head.objective.width;
  if (fineTune === "frozen") context.onModel({ base: title, parameters: whole + ofHead, trained: ofHead });
  const task = { ...head, pretrained: loaded, train: encode(texts.train), validation: encode(texts.validation) };
  const options = {
    ...recipe.train,
    dropout,
    onHead: context.onHead,
    onBuilt: (all: Parameters, trained: Parameters) => {
      if (fineTune === "frozen") return;
      const plain = [...all].filter(([name]) => !isAdapterParameter(name));
      const later = fineTune === "contrastive" ? ofHead : 0;
      context.onModel({
        base: title,
        parameters: countParameters(new Map(plain)) + later,
        trained: countParameters(trained) + later,
      });
    },
    checkpoints: context.checkpoints,
    shouldStop: context.shouldStop,
    shouldFinish: context.shouldFinish,
    vectorCache: vectorCacheOf(recipe, context),
    onVectors: context.onVectors,
    onEmbed: (done: number, total: number) => context.onProgress({ stage: "embed", done, total }),
    onEvent: context.onTraining,
  };
  const model =
    fineTune === "contrastive"
      ? await trainContrastive(
          { ...task, classes: classesOf(head) },
          { ...options, head: ownHeadFit(recipe), onPairs: context.onPairs },
        )
      : await trainEncoder(task, { ...options, fineTune, lora: saved, headStart: headStartOf(recipe) });
  if (model.fit.status === "interrupted") return undefined;
  return { kind: "encoder", ...model, base, loaded, padId: tokenizer.padId, reading };
}

/** The head is fitted to the vectors as that of a frozen encoder is. */
function headStartOf(recipe: TextEncoderRecipe): HeadStart | undefined {
  if (recipe.train.headStart === "random") return undefined;
  const { epochs, headLearningRate: learningRate, earlyStopping } = asFrozen(recipe).train;
  return { epochs, learningRate, patience: earlyStopping.patience };
}

/** Items as an encoder takes them: types of tokens only where it reads them. */
export function tokenize(
  items: readonly TextItem[],
  {
    tokenizer,
    reading,
    encoder,
  }: { readonly tokenizer: TextTokenizer; readonly reading: TextReading; readonly encoder: Encoder },
): TokenizedTexts {
  const { types, ...tokenized } = tokenizeItems(tokenizer, items, reading);
  return types !== undefined && readsTokenTypes(encoder) ? { ...tokenized, types } : tokenized;
}

/** The windows of long texts, where the recipe wants some. */
export function windowsOf({ model: { windows, maxLength } }: TextEncoderRecipe): Windows | undefined {
  if (windows === undefined) return undefined;
  const { most, overlap = defaultOverlap(maxLength) } = windows;
  return { overlap, most };
}

/** The same with the rate and the patience of the recipe, where the vectors are all that the head is fitted to. */
function ownHeadFit(recipe: TextEncoderRecipe): HeadStart {
  const { headLearningRate: learningRate, earlyStopping } = recipe.train;
  return { epochs: asFrozen(recipe).train.epochs, learningRate, patience: earlyStopping.patience };
}

function classesOf({ classes }: HeadTask): ArrayLike<number> {
  if (classes === undefined) throw new Error("pairs are made of rows that have classes");
  return classes;
}

function vectorCacheOf({ train }: TextEncoderRecipe, { cacheFolder }: FitContext): VectorCache | undefined {
  if (cacheFolder === undefined || !train.vectorCache) return undefined;
  return new VectorCache({ folder: join(cacheFolder, "vectors") });
}
