import { loadTokenizer } from "@modelwright/data";
import { resolvePretrained } from "@modelwright/models";
import { embedTexts } from "@modelwright/training";
import type { FitContext } from "../../task.ts";
import { fitTextEncoder } from "../fit-text-encoder.ts";
import type { Measured } from "./candidate.ts";
import { asFull, mayFit, type NetworkTask } from "./network-candidates.ts";

/** Texts whose reading is measured; the first ones until everything is allocated. */
const TEXTS = { first: 32, measured: 128 };
/** Updates that are measured, after a first one that allocates. */
const UPDATES = 5;

/**
 * Measures how long the encoder takes for a text and, where a pass over the rows may fit the budget, for an update.
 *
 * @param budgetSeconds For all candidates.
 */
export async function measureEncoder(
  task: NetworkTask,
  { budgetSeconds, context }: { readonly budgetSeconds: number; readonly context: FitContext },
): Promise<Measured> {
  const { recipe, texts, head } = task;
  const measured: Measured = {
    rows: texts.train.length,
    validationRows: texts.validation.length,
    outputs: head.objective.width,
    characters: texts.train.reduce((sum, { length }) => sum + length, 0),
    secondsPerText: await secondsPerText(task, context),
  };
  const wantsFull = recipe.model.fineTune !== "frozen";
  if (!wantsFull || context.shouldStop() || !mayFit(recipe, measured, budgetSeconds)) return measured;
  return { ...measured, ...(await measureUpdates(task, context)) };
}

async function secondsPerText({ recipe, texts }: NetworkTask, { provider }: FitContext): Promise<number> {
  const { base, maxLength, truncation } = recipe.model;
  const pretrained = await resolvePretrained(base).load();
  const tokenizer = loadTokenizer(pretrained.tokenizerJson);
  const reading = { maxLength, truncation };
  const stride = Math.max(1, texts.train.length / (TEXTS.first + TEXTS.measured));
  const sample = texts.train
    .filter((_, row) => Math.floor(row / stride) !== Math.floor((row - 1) / stride))
    .map((text) => tokenizer.encode(text, maxLength, truncation));
  // Texts of a batch are read together: the time of a batch is only known at its end.
  const splits = [sample.slice(0, TEXTS.first), sample.slice(TEXTS.first)].filter(({ length }) => length > 0);
  let since = performance.now();
  let seconds = 0;
  let read = 0;
  await embedTexts(
    pretrained,
    splits.map((encoded) => ({ encoded, reading })),
    {
      threads: recipe.train.threads,
      executionProvider: provider.name,
      onEmbed: (done) => {
        const now = performance.now();
        if (done > splits[0]!.length || splits.length === 1) {
          seconds += (now - since) / 1000;
          read = done - (splits.length === 1 ? 0 : splits[0]!.length);
        }
        since = now;
      },
    },
  );
  return seconds / Math.max(1, read);
}

async function measureUpdates(
  { recipe, texts, head }: NetworkTask,
  context: FitContext,
): Promise<Pick<Measured, "secondsPerStep" | "setupSeconds">> {
  const started = performance.now();
  const ends: number[] = [];
  await fitTextEncoder(asFull(recipe, recipe.train.epochs), texts, {
    head,
    context: {
      ...context,
      checkpoints: undefined,
      onModel: () => {},
      onTraining: ({ type }) => {
        if (type === "step") ends.push(performance.now());
      },
      shouldStop: () => ends.length > UPDATES || context.shouldStop(),
      shouldFinish: undefined,
    },
  });
  const [first, last] = [ends[0], ends.at(-1)];
  if (first === undefined || last === undefined || ends.length < 2) return {};
  const secondsPerStep = (last - first) / 1000 / (ends.length - 1);
  return { secondsPerStep, setupSeconds: (first - started) / 1000 };
}
