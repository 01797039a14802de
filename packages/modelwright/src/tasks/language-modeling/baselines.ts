import type { ManifestOf } from "@modelwright/contracts";
import type { TextDocument } from "@modelwright/data";
import { createGraphSession, defaultRuntime } from "@modelwright/engine";
import type { DocumentScore } from "@modelwright/evaluation";
import type { BaselineContext } from "../task.ts";
import type { FittedLanguageModel } from "./fitted-language-model.ts";
import type { LanguageModelKind, LoadedLanguageModel } from "./kinds.ts";
import type { LanguageModelingTask } from "./recipes.ts";
import { unigram } from "./unigram.ts";

type Scores = readonly DocumentScore[];
type Context = BaselineContext<LanguageModelingTask, readonly TextDocument[], LoadedLanguageModel, Scores>;

/** Baselines on the test documents, by the names that recipes list. */
export const BASELINES: Readonly<Record<string, (kind: LanguageModelKind, context: Context) => Promise<Scores>>> = {
  base: beforeTraining,
  unigram: (_, context) => unigram(context),
};

/** The base before it was trained. */
async function beforeTraining(kind: LanguageModelKind, { fitted, recipe, test, onProgress }: Context): Promise<Scores> {
  const { origin, tokenizer, preprocessing } = fitted as FittedLanguageModel;
  const { threads, seed } = recipe.train;
  const runtime = await defaultRuntime();
  const session = await createGraphSession(runtime, origin!.graph().graph, { threads });
  const base = kind.open(preprocessing as ManifestOf<LanguageModelingTask>["preprocessing"], {
    tokenizer,
    session,
    runtime,
  });
  const heard = (done: number, total: number) => onProgress({ stage: "baseline", done, total });
  return base.score(test, { seed, onProgress: heard }).finally(() => base.release());
}
