import type { InferenceRow } from "../inference-row.ts";
import { rowInputs, rowItemsOf } from "../table-rows/row-tensors.ts";
import { unfitRow } from "../table-rows/table-model.ts";
import { type PredictedNumber, TableRegressor } from "./table-regressor.ts";

const number = (name: keyof PredictedNumber) => ({
  datatype: "FP32" as const,
  rowShape: () => [],
  row: (predicted: PredictedNumber) => [Math.fround(predicted[name])],
});

/** Predicts a number for a row of a table, and between which two it lies. */
export const tabularRegression = {
  task: "tabular-regression",
  load: (directory, options) => TableRegressor.load(directory, options),
  sizeOf: () => 1,
  unfit: (item, manifest) => unfitRow(item, manifest),
  computed: () => ({}),
  show: (predicted) => predicted,
  base: ({ model: { parts } }) => (parts.length === 1 ? parts[0]!.kind : "blend"),
  tensors: {
    inputs: (manifest) => rowInputs(manifest),
    items: rowItemsOf,
    outputs: { value: number("value"), low: number("low"), high: number("high") },
  },
  tinyVersion: async () => (await import("./tiny-version.ts")).tinyTableRegressor(),
} satisfies InferenceRow<"tabular-regression", PredictedNumber>;
