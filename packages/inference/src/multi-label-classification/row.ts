import type { InferenceRow } from "../inference-row.ts";
import { textInputs, textItemsOf } from "../tensors/text-tensors.ts";
import { estimateRows } from "../texts/estimate-rows.ts";
import { itemLength, unfitItem } from "../texts/require-items.ts";
import { MultiLabelClassifier, showLabels } from "./multi-label-classifier.ts";

/** Puts any number of labels on a text; probabilities of all labels cross the thread. */
export const multiLabelClassification = {
  task: "multi-label-classification",
  load: (directory, options) => MultiLabelClassifier.load(directory, options),
  sizeOf: itemLength,
  rowsOf: (item, manifest) => estimateRows(item, manifest),
  unfit: (item, manifest) => unfitItem(item, manifest),
  computed: () => ({}),
  recorded: { all: true },
  show: (probabilities, { manifest, options }) => showLabels(probabilities, manifest, options),
  labels: ({ labels }) => labels,
  base: ({ model }) => model.base,
  tensors: {
    inputs: (manifest) => textInputs(manifest),
    items: textItemsOf,
    outputs: {
      labels: {
        datatype: "BYTES",
        rowShape: () => [],
        row: (probabilities, { manifest }) => [JSON.stringify(showLabels(probabilities, manifest).labels)],
      },
      probabilities: {
        datatype: "FP32",
        rowShape: ({ labels }) => [labels.length],
        row: (probabilities) => Array.from(probabilities, Math.fround),
      },
    },
  },
  tinyVersion: async () => (await import("./tiny-version.ts")).tinyMultiLabelClassifier(),
} satisfies InferenceRow<"multi-label-classification", Float64Array>;
