import type { InferenceRow } from "../inference-row.ts";
import { textInputs, textItemsOf } from "../tensors/text-tensors.ts";
import { estimateRows } from "../texts/estimate-rows.ts";
import { itemLength, unfitItem } from "../texts/require-items.ts";
import { TextRegressor } from "./text-regressor.ts";

/** Predicts a number for a text. */
export const textRegression = {
  task: "text-regression",
  load: (directory, options) => TextRegressor.load(directory, options),
  sizeOf: itemLength,
  rowsOf: (item, manifest) => estimateRows(item, manifest),
  unfit: (item, manifest) => unfitItem(item, manifest),
  computed: () => ({}),
  show: (value) => ({ value }),
  base: ({ model }) => model.base,
  tensors: {
    inputs: (manifest) => textInputs(manifest),
    items: textItemsOf,
    outputs: { value: { datatype: "FP32", rowShape: () => [], row: (value) => [Math.fround(value)] } },
  },
  tinyVersion: async () => (await import("./tiny-version.ts")).tinyTextRegressor(),
} satisfies InferenceRow<"text-regression", number>;
