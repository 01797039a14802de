import type { AnswerOf } from "@modelwright/contracts";
import type { InferenceRow } from "../inference-row.ts";
import { TEXT_INPUTS, textsOf } from "../tensors/text-tensors.ts";
import { MaskedLanguageModel } from "./masked-language-model.ts";

type Task = "masked-language-modeling";

/** Fills in the masks of texts. */
export const maskedLanguageModeling = {
  task: "masked-language-modeling",
  load: (directory, options) => MaskedLanguageModel.load(directory, options),
  sizeOf: (text) => text.length,
  computed: (options) => options,
  show: (answer) => answer,
  base: ({ model }) => model.base ?? model.architecture,
  tensors: {
    inputs: () => TEXT_INPUTS,
    items: textsOf,
    outputs: {
      filled: { datatype: "BYTES", rowShape: () => [], row: ({ filled }) => [filled] },
      // Texts differ in the number of their masks, tensors have rows of one length: a row is the list as JSON.
      masks: { datatype: "BYTES", rowShape: () => [], row: ({ masks }) => [JSON.stringify(masks)] },
    },
  },
  tinyVersion: async () => (await import("./tiny-version.ts")).tinyMaskedLanguageModel(),
} satisfies InferenceRow<Task, AnswerOf<Task>>;
