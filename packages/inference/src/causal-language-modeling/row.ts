import type { AnswerOf } from "@modelwright/contracts";
import { draws } from "../generation/draws.ts";
import type { InferenceRow } from "../inference-row.ts";
import { TEXT_INPUTS, textsOf } from "../tensors/text-tensors.ts";
import { CausalLanguageModel } from "./causal-language-model.ts";

type Task = "causal-language-modeling";

/** Writes on behind texts. */
export const causalLanguageModeling = {
  task: "causal-language-modeling",
  load: (directory, options) => CausalLanguageModel.load(directory, options),
  sizeOf: (text) => text.length,
  // A text may take seconds: another request's text must not wait for those beside it in a batch.
  maxBatch: 1,
  writes: true,
  computed: (options) => options,
  draws,
  show: (answer) => answer,
  base: ({ model }) => model.base ?? model.architecture,
  tensors: {
    inputs: () => TEXT_INPUTS,
    items: textsOf,
    outputs: {
      continuation: { datatype: "BYTES", rowShape: () => [], row: ({ continuation }) => [continuation] },
      tokens: { datatype: "INT32", rowShape: () => [], row: ({ tokens }) => [tokens] },
      finish: { datatype: "BYTES", rowShape: () => [], row: ({ finish }) => [finish] },
    },
  },
  tinyVersion: async () => (await import("./tiny-version.ts")).tinyCausalLanguageModel(),
} satisfies InferenceRow<Task, AnswerOf<Task>>;
