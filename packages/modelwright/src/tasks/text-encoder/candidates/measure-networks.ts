import { asScratch } from "@modelwright/contracts";
import { loadTokenizer, tokenizeItems, wholeText } from "@modelwright/data";
import { embedTexts } from "@modelwright/training";
import type { FitContext } from "../../task.ts";
import { encoderSource } from "../encoder-source.ts";
import { fitTextEncoder, windowsOf } from "../fit-text-encoder.ts";
import type { TextEncoderRecipe } from "../text-encoder-recipe.ts";
import type { Measured, Pace } from "./candidate.ts";
import { asTrained, mayFit, type NetworkTask, STEP_BY_READING } from "./network-candidates.ts";
import type { NetworksWorthATry } from "./networks-worth-a-try.ts";

/** Texts whose reading is measured; the first ones until everything is allocated. */
const TEXTS = { first: 32, measured: 128 };
/** Updates that are measured, after a first one that allocates. */
const UPDATES = 5;

interface MeasureOptions {
  readonly worthATry: NetworksWorthATry;
  /** For all candidates. */
  readonly budgetSeconds: number;
  readonly context: FitContext;
}

/** Measures how fast the networks are that are worth a try. */
export async function measureNetworks(task: NetworkTask, options: MeasureOptions): Promise<Measured> {
  const { texts, head } = task;
  const { worthATry } = options;
  const size = {
    rows: texts.train.length,
    validationRows: texts.validation.length,
    outputs: head.objective.width,
    characters: texts.train.reduce((sum, item) => sum + wholeText(item).length, 0),
  };
  return {
    ...size,
    ...(worthATry.scratch ? { scratch: await paceFromScratch(task, options.context) } : {}),
    ...(worthATry.pretrained ? { pretrained: await paceOfEncoder(task, options) } : {}),
  };
}

/** How fast a network from scratch is, by its updates alone: they take a moment. */
async function paceFromScratch({ recipe, ...task }: NetworkTask, context: FitContext): Promise<Pace> {
  const scratch = asScratch(recipe);
  const updates = await measureUpdates(scratch, task, context);
  const { secondsPerStep = 0 } = updates;
  return { ...updates, secondsPerText: secondsPerStep / STEP_BY_READING / scratch.train.batchSize };
}

/** How fast the encoder reads a text and, where a pass over the rows may fit the budget, makes an update. */
async function paceOfEncoder(task: NetworkTask, { budgetSeconds, context }: MeasureOptions): Promise<Pace> {
  const { recipe, texts } = task;
  const pace = { secondsPerText: await secondsPerText(task, context) };
  const rows = { rows: texts.train.length, validationRows: texts.validation.length, pace };
  const wantsFull = recipe.model.fineTune !== "frozen";
  if (!wantsFull || context.shouldStop() || !mayFit(recipe, rows, budgetSeconds)) return pace;
  const full = asTrained(recipe);
  return { ...pace, ...(await measureUpdates(full, task, context)) };
}

async function secondsPerText({ recipe, texts }: NetworkTask, context: FitContext): Promise<number> {
  const { maxLength, truncation } = recipe.model;
  const windows = windowsOf(recipe);
  const loaded = await encoderSource(recipe, context).load(texts.train.map(wholeText));
  const tokenizer = loadTokenizer(loaded.tokenizerJson);
  const reading = { maxLength, truncation, frame: tokenizer.frame, windows };
  const stride = Math.max(1, texts.train.length / (TEXTS.first + TEXTS.measured));
  const sample = texts.train
    .filter((_, row) => Math.floor(row / stride) !== Math.floor((row - 1) / stride))
    // Of a pair the types of tokens change no time.
    .map(wholeText);
  // Texts of a batch are read together: the time of a batch is only known at its end.
  const parts = [sample.slice(0, TEXTS.first), sample.slice(TEXTS.first)].filter(({ length }) => length > 0);
  const splits = parts.map((part) => ({ ...tokenizeItems(tokenizer, part, reading), reading }));
  const first = splits.length === 1 ? 0 : splits[0]!.encoded.length;
  let since = performance.now();
  let seconds = 0;
  await embedTexts(loaded, splits, {
    threads: recipe.train.threads,
    executionProvider: context.provider.name,
    onEmbed: (done) => {
      const now = performance.now();
      if (done > first) seconds += (now - since) / 1000;
      since = now;
    },
  });
  return seconds / (parts.at(-1)?.length ?? 1);
}

/** @param recipe Of the network alone. */
async function measureUpdates(
  recipe: TextEncoderRecipe,
  { texts, head }: Pick<NetworkTask, "texts" | "head">,
  context: FitContext,
): Promise<Pick<Pace, "secondsPerStep" | "setupSeconds" | "stepsPerEpoch">> {
  const started = performance.now();
  const ends: number[] = [];
  let stepsPerEpoch: number | undefined;
  await fitTextEncoder(recipe, texts, {
    head,
    context: {
      ...context,
      checkpoints: undefined,
      onModel: () => {},
      onTraining: (event) => {
        if (event.type !== "step") return;
        ends.push(performance.now());
        stepsPerEpoch = event.step / event.epoch;
      },
      shouldStop: () => ends.length > UPDATES || context.shouldStop(),
      shouldFinish: undefined,
    },
  });
  const [first, last] = [ends[0], ends.at(-1)];
  if (first === undefined || last === undefined || ends.length < 2) return {};
  const secondsPerStep = (last - first) / 1000 / (ends.length - 1);
  return { secondsPerStep, setupSeconds: (first - started) / 1000, stepsPerEpoch };
}
