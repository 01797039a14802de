import type { OperatorCase } from "../operator-case.ts";
import { texts, uniform, values } from "../random-tensors.ts";

const table = values("float32", [3, 2], [1, 2, -3, 0.5, 0, 4]);
const integers = values("int64", [2, 2], [1, 2, -3, 7]);

export const mlScalingCases = {
  Scaler: [
    { name: "one for each feature", inputs: [table], attributes: { offset: [1, 2], scale: [0.5, -2] } },
    { name: "one for all", inputs: [uniform([2, 3])], attributes: { offset: [0.25], scale: [3] } },
    { name: "one row", inputs: [uniform([2])], attributes: { offset: [1, 2], scale: [0.5, 1] } },
    { name: "integers", inputs: [integers], attributes: { offset: [1, 2], scale: [0.5, 2] } },
  ],
  Normalizer: [
    { name: "the maximum by default", inputs: [values("float32", [3, 2], [1, -2, 0, 0, -3, -0.5])] },
    { name: "L1", inputs: [values("float32", [3, 2], [1, -2, 0, 0, -3, -0.5])], attributes: { norm: "L1" } },
    { name: "L2", inputs: [values("float32", [3, 2], [1, -2, 0, 0, 3, -3])], attributes: { norm: "L2" } },
    { name: "one row", inputs: [uniform([4])], attributes: { norm: "L2" } },
    { name: "float64", inputs: [values("float64", [1, 2], [3, 4])], attributes: { norm: "L2" } },
  ],
  Binarizer: [
    { name: "above 0 by default", inputs: [table] },
    {
      name: "above a threshold, itself not",
      inputs: [values("float32", [3], [0.1, 0.2, 0])],
      attributes: { threshold: 0.1 },
    },
  ],
  Imputer: [
    {
      name: "NaN, by a value for each feature",
      inputs: [values("float32", [2, 2], [Number.NaN, 1, 2, Number.NaN])],
      attributes: { imputed_value_floats: [5, 6], replaced_value_float: Number.NaN },
    },
    {
      name: "a number, by one for all",
      inputs: [values("float32", [2, 2], [0.1, 1, 2, 0.1])],
      attributes: { imputed_value_floats: [-1], replaced_value_float: 0.1 },
    },
    {
      name: "integers",
      inputs: [integers],
      attributes: { imputed_value_int64s: [9, 8], replaced_value_int64: 7 },
    },
  ],
  ArrayFeatureExtractor: [
    { name: "columns", inputs: [table, values("int64", [3], [1, 0, 1])] },
    { name: "of one row", inputs: [values("float32", [3], [1, 2, 3]), values("int64", [2], [2, 0])] },
    { name: "places in a row", inputs: [integers, values("int64", [1, 1], [1])] },
    { name: "texts", inputs: [texts([2, 2], ["a", "b", "c", "d"]), values("int64", [1], [1])] },
    { name: "of the last axis of three", inputs: [uniform([2, 2, 3]), values("int64", [2], [2, 0])] },
  ],
  FeatureVectorizer: [
    { name: "two tables", inputs: [table, uniform([3, 1])], attributes: { inputdimensions: [2, 1] } },
    { name: "cut and filled up", inputs: [table, table], attributes: { inputdimensions: [1, 3] } },
    { name: "integers", inputs: [integers, integers], attributes: { inputdimensions: [2, 2] } },
    { name: "rows of their own", inputs: [uniform([2]), uniform([2])], attributes: { inputdimensions: [2, 2] } },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
