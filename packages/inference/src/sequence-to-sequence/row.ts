import type { AnswerOf } from "@modelwright/contracts";
import { draws } from "../generation/draws.ts";
import type { InferenceRow } from "../inference-row.ts";
import { TEXT_INPUTS, textsOf } from "../tensors/text-tensors.ts";
import { SequenceToSequenceModel, withoutDrawing } from "./sequence-to-sequence-model.ts";

type Task = "sequence-to-sequence";

/** Writes a text from another one. */
export const sequenceToSequence = {
  task: "sequence-to-sequence",
  load: (directory, options) => SequenceToSequenceModel.load(directory, options),
  sizeOf: (text) => text.length,
  // A text may take seconds: another request's must not wait for those beside it in a batch.
  maxBatch: 1,
  computed: (options) => options,
  draws: (options) => draws(withoutDrawing(options)),
  show: (answer) => answer,
  base: ({ model }) => model.base,
  tensors: {
    inputs: () => TEXT_INPUTS,
    items: textsOf,
    outputs: {
      text: { datatype: "BYTES", rowShape: () => [], row: ({ text }) => [text] },
      tokens: { datatype: "INT32", rowShape: () => [], row: ({ tokens }) => [tokens] },
      finish: { datatype: "BYTES", rowShape: () => [], row: ({ finish }) => [finish] },
    },
  },
  tinyVersion: async () => (await import("./tiny-version.ts")).tinySequenceToSequenceModel(),
} satisfies InferenceRow<Task, AnswerOf<Task>>;
