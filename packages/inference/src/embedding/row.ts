import type { InferenceRow } from "../inference-row.ts";
import { TEXT_INPUTS, textsOf } from "../tensors/text-tensors.ts";
import { firstDimensions } from "./first-dimensions.ts";
import { shownVector } from "./shown-vector.ts";
import { type EmbeddedText, TextEmbedder } from "./text-embedder.ts";

/** Gives a text a vector. */
export const embedding = {
  task: "embedding",
  load: (directory, options) => TextEmbedder.load(directory, options),
  sizeOf: (text) => text.length,
  computed: () => ({}),
  show: ({ vector }, { options }) => shownVector(vector, options),
  base: ({ model }) => model.base,
  vector: ({ vector, tokens }, dimensions) => ({ vector: firstDimensions(vector, dimensions), tokens }),
  tensors: {
    inputs: () => TEXT_INPUTS,
    items: textsOf,
    // Rows of a tensor are of one width, whatever a request asks for.
    outputs: {
      embedding: {
        datatype: "FP32",
        rowShape: ({ embedding: { width } }) => [width],
        row: ({ vector }) => Array.from(vector),
      },
    },
  },
  tinyVersion: async () => (await import("./tiny-version.ts")).tinyTextEmbedder(),
} satisfies InferenceRow<"embedding", EmbeddedText>;
