import type { Conversation } from "@modelwright/data";
import { createGraphSession, defaultRuntime } from "@modelwright/engine";
import { type DocumentScore, InstructionModel } from "@modelwright/inference";
import { unigramBaseline } from "@modelwright/training";
import { servedDecoder } from "../decoder/decoder-files.ts";
import type { BaselineContext } from "../task.ts";
import type { FittedInstructionModel } from "./fit.ts";

type Context = BaselineContext<
  "instruction-tuning",
  readonly Conversation[],
  InstructionModel,
  readonly DocumentScore[]
>;

/** Baselines on the answers of the test split, by the names that recipes list. */
export const BASELINES: Readonly<Record<string, (context: Context) => Promise<readonly DocumentScore[]>>> = {
  base: beforeTuning,
  unigram: async (context) => unigram(context),
};

/** The decoder before it was tuned. */
async function beforeTuning({ fitted, model, recipe, test, onProgress }: Context): Promise<readonly DocumentScore[]> {
  const { loaded, tokenizer, reading, tuned } = fitted as FittedInstructionModel;
  const graph = servedDecoder(loaded, { ...tuned, parameters: loaded.parameters });
  const runtime = await defaultRuntime();
  const session = await createGraphSession(runtime, graph.graph, { threads: recipe.train.threads });
  const base = new InstructionModel(model.manifest, { tokenizer, tokenizerConfig: reading.config, session, runtime });
  const told = (done: number, total: number) => onProgress({ stage: "evaluate", done, total });
  return base.score(test, { onProgress: told }).finally(() => base.release());
}

/** Each token as often as in the training answers, whatever stands before it. */
function unigram({ learning, test, model, outcome }: Context): readonly DocumentScore[] {
  const scores = unigramBaseline({
    vocabularySize: model.tokenizer.vocabularySize,
    train: model.targets(learning.train),
    targets: model.targets(test),
  });
  // What is known of the conversations holds for the baseline too.
  return scores.map((score, i) => {
    const { characters } = outcome[i]!;
    return characters === undefined ? score : { ...score, characters };
  });
}
