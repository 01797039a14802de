import type { InferenceRow } from "../inference-row.ts";
import { rowInputs, rowItemsOf } from "../table-rows/row-tensors.ts";
import { unfitRow } from "../table-rows/table-model.ts";
import { answerOf, TableClassifier } from "./table-classifier.ts";

/** Puts one label on a row of a table; probabilities of all labels cross the thread. */
export const tabularClassification = {
  task: "tabular-classification",
  load: (directory, options) => TableClassifier.load(directory, options),
  sizeOf: () => 1,
  unfit: (item, manifest) => unfitRow(item, manifest),
  computed: () => ({}),
  recorded: { all: true },
  show: (probabilities, { manifest, options }) => answerOf(manifest.labels, probabilities, options),
  metricLabel: (probabilities, { labels }) => answerOf(labels, probabilities, {}).label,
  labels: ({ labels }) => labels,
  base: ({ model: { parts } }) => (parts.length === 1 ? parts[0]!.kind : "blend"),
  tensors: {
    inputs: (manifest) => rowInputs(manifest),
    items: rowItemsOf,
    outputs: {
      label: {
        datatype: "BYTES",
        rowShape: () => [],
        row: (probabilities, { manifest }) => [answerOf(manifest.labels, probabilities, {}).label],
      },
      probabilities: {
        datatype: "FP32",
        rowShape: ({ labels }) => [labels.length],
        row: (probabilities) => Array.from(probabilities, Math.fround),
      },
    },
  },
  tinyVersion: async () => (await import("./tiny-version.ts")).tinyTableClassifier(),
} satisfies InferenceRow<"tabular-classification", Float64Array>;
