import type { AnswerOf } from "@modelwright/contracts";
import { draws } from "../generation/draws.ts";
import type { InferenceRow } from "../inference-row.ts";
import { TEXT_INPUTS, textsOf } from "../tensors/text-tensors.ts";
import { InstructionModel } from "./instruction-model.ts";

type Task = "instruction-tuning";

/** Answers prompts. */
export const instructionTuning = {
  task: "instruction-tuning",
  load: (directory, options) => InstructionModel.load(directory, options),
  sizeOf: (text) => text.length,
  // An answer may take seconds: another request's must not wait for those beside it in a batch.
  maxBatch: 1,
  writes: true,
  computed: (options) => options,
  draws,
  show: (answer) => answer,
  base: ({ model }) => model.base,
  tensors: {
    inputs: () => TEXT_INPUTS,
    items: textsOf,
    outputs: {
      answer: { datatype: "BYTES", rowShape: () => [], row: ({ answer }) => [answer] },
      tokens: { datatype: "INT32", rowShape: () => [], row: ({ tokens }) => [tokens] },
      finish: { datatype: "BYTES", rowShape: () => [], row: ({ finish }) => [finish] },
    },
  },
  tinyVersion: async () => (await import("./tiny-version.ts")).tinyInstructionModel(),
} satisfies InferenceRow<Task, AnswerOf<Task>>;
