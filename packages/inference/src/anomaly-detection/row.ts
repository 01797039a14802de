import type { InferenceRow } from "../inference-row.ts";
import { rowInputs, rowItemsOf } from "../table-rows/row-tensors.ts";
import { unfitRow } from "../table-rows/table-model.ts";
import { answerOf, type Oddness, RowWatcher } from "./row-watcher.ts";

/** Tells how odd a row of a table is. */
export const anomalyDetection = {
  task: "anomaly-detection",
  load: (directory, options) => RowWatcher.load(directory, options),
  sizeOf: () => 1,
  unfit: (item, manifest) => unfitRow(item, manifest),
  computed: ({ explain }) => (explain === undefined ? {} : { explain }),
  show: (found, { manifest }) => answerOf(found, manifest),
  labels: () => ["ordinary", "anomalous"],
  metricLabel: (found, manifest) => (answerOf(found, manifest).anomalous ? "anomalous" : "ordinary"),
  base: ({ model: { parts } }) => (parts.length === 1 ? parts[0]!.kind : "blend"),
  tensors: {
    inputs: (manifest) => rowInputs(manifest),
    items: rowItemsOf,
    outputs: {
      score: {
        datatype: "FP32",
        rowShape: () => [],
        row: (found, { manifest }) => [answerOf(found, manifest).score],
      },
      anomalous: {
        datatype: "INT32",
        rowShape: () => [],
        row: (found, { manifest }) => [Number(answerOf(found, manifest).anomalous)],
      },
      oddness: { datatype: "FP32", rowShape: () => [], row: ({ oddness }) => [oddness] },
    },
  },
  tinyVersion: async () => (await import("./tiny-version.ts")).tinyRowWatcher(),
} satisfies InferenceRow<"anomaly-detection", Oddness>;
