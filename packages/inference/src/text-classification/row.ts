import type { InferenceRow } from "../inference-row.ts";
import { TEXT_INPUTS, textsOf } from "../tensors/text-tensors.ts";
import { likeliest, likeliestLabels, TextClassifier } from "./text-classifier.ts";

/** Puts one label on a text; probabilities of all labels cross the thread. */
export const textClassification = {
  task: "text-classification",
  load: (directory, options) => TextClassifier.load(directory, options),
  sizeOf: (text) => text.length,
  computed: () => ({}),
  show: (probabilities, { manifest: { labels }, options: { all, topK } }) => {
    const best = likeliest(probabilities);
    const shown = topK ?? (all ? labels.length : 0);
    return {
      label: labels[best]!,
      probability: probabilities[best]!,
      ...(shown === 0 ? {} : { probabilities: likeliestLabels(labels, probabilities, shown) }),
    };
  },
  metricLabel: (probabilities, { labels }) => labels[likeliest(probabilities)]!,
  labels: ({ labels }) => labels,
  base: ({ model }) => model.base,
  tensors: {
    inputs: () => TEXT_INPUTS,
    items: textsOf,
    outputs: {
      label: {
        datatype: "BYTES",
        rowShape: () => [],
        row: (probabilities, { manifest }) => [manifest.labels[likeliest(probabilities)]!],
      },
      probabilities: {
        datatype: "FP32",
        rowShape: ({ labels }) => [labels.length],
        row: (probabilities) => Array.from(probabilities, Math.fround),
      },
    },
  },
  tinyVersion: async () => (await import("./tiny-version.ts")).tinyTextClassifier(),
} satisfies InferenceRow<"text-classification", Float64Array>;
