import type { InferenceRow } from "../inference-row.ts";
import { TEXT_INPUTS, textsOf } from "../tensors/text-tensors.ts";
import { TextRegressor } from "./text-regressor.ts";

/** Predicts a number for a text. */
export const textRegression = {
  task: "text-regression",
  load: (directory, options) => TextRegressor.load(directory, options),
  sizeOf: (text) => text.length,
  computed: () => ({}),
  show: (value) => ({ value }),
  base: ({ model }) => model.base,
  tensors: {
    inputs: () => TEXT_INPUTS,
    items: textsOf,
    outputs: { value: { datatype: "FP32", rowShape: () => [], row: (value) => [Math.fround(value)] } },
  },
  tinyVersion: async () => (await import("./tiny-version.ts")).tinyTextRegressor(),
} satisfies InferenceRow<"text-regression", number>;
