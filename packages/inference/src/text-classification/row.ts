import type { InferenceRow } from "../inference-row.ts";
import { textInputs, textItemsOf } from "../tensors/text-tensors.ts";
import { estimateRows } from "../texts/estimate-rows.ts";
import { itemLength, unfitItem } from "../texts/require-items.ts";
import { answerOf, likeliestLabels, TextClassifier } from "./text-classifier.ts";

/** What rejected texts are counted under: an empty label would be none to Prometheus. */
const REJECTED = "(rejected)";

/** Puts one label on a text; probabilities of all labels cross the thread. */
export const textClassification = {
  task: "text-classification",
  load: (directory, options) => TextClassifier.load(directory, options),
  sizeOf: itemLength,
  rowsOf: (item, manifest) => estimateRows(item, manifest),
  unfit: (item, manifest) => unfitItem(item, manifest),
  computed: () => ({}),
  recorded: { all: true },
  show: (probabilities, { manifest, options: { all, topK } }) => {
    const { labels } = manifest;
    const shown = topK ?? (all ? labels.length : 0);
    return {
      ...answerOf(probabilities, manifest),
      ...(shown === 0 ? {} : { probabilities: likeliestLabels(labels, probabilities, shown) }),
    };
  },
  metricLabel: (probabilities, manifest) => answerOf(probabilities, manifest).label ?? REJECTED,
  labels: ({ labels }) => labels,
  base: ({ model }) => model.base,
  tensors: {
    inputs: (manifest) => textInputs(manifest),
    items: textItemsOf,
    outputs: {
      label: {
        datatype: "BYTES",
        rowShape: () => [],
        row: (probabilities, { manifest }) => [answerOf(probabilities, manifest).label ?? ""],
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
