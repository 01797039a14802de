import type { InferenceRow } from "../inference-row.ts";
import { TEXT_INPUTS, textsOf } from "../tensors/text-tensors.ts";
import { type MarkedText, TokenClassifier } from "./token-classifier.ts";

/** Marks labelled spans in a text. */
export const tokenClassification = {
  task: "token-classification",
  load: (directory, options) => TokenClassifier.load(directory, options),
  sizeOf: (text) => text.length,
  computed: () => ({}),
  show: (marked) => marked,
  labels: ({ labels }) => labels,
  base: ({ model }) => model.architecture,
  tensors: {
    inputs: () => TEXT_INPUTS,
    items: textsOf,
    // Texts have different numbers of spans, and a tensor's rows are equally long: each is a JSON list.
    outputs: { entities: { datatype: "BYTES", rowShape: () => [], row: ({ entities }) => [JSON.stringify(entities)] } },
  },
  tinyVersion: async () => (await import("./tiny-version.ts")).tinyTokenClassifier(),
} satisfies InferenceRow<"token-classification", MarkedText>;
