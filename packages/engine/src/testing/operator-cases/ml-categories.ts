import { tensor, tensorFrom } from "../../tensor/tensor.ts";
import type { OperatorCase } from "../operator-case.ts";
import { texts, values } from "../random-tensors.ts";

const words = texts([2, 2], ["a", "z", "", "größe"]);

export const mlCategoriesCases = {
  LabelEncoder: [
    {
      name: "texts to integers",
      inputs: [words],
      attributes: { keys_strings: ["a", "größe"], values_int64s: [4, 5], default_int64: -7 },
    },
    {
      name: "integers to texts",
      inputs: [values("int64", [3], [1, 2, 9])],
      attributes: { keys_int64s: [1, 2], values_strings: ["one", "two"], default_string: "?" },
    },
    {
      name: "floats to texts, NaN among them",
      inputs: [values("float32", [3], [Number.NaN, 0.1, 2])],
      attributes: { keys_floats: [0.1, Number.NaN], values_strings: ["tenth", "none"] },
    },
    { name: "texts to floats", inputs: [words], attributes: { keys_strings: ["a"], values_floats: [2.5] } },
    {
      name: "the first of equal keys",
      inputs: [values("int64", [2], [1, 2])],
      attributes: { keys_int64s: [1, 1], values_int64s: [5, 6] },
    },
    {
      name: "tensors with a default",
      inputs: [values("float64", [2], [1, 2])],
      attributes: {
        keys_tensor: tensorFrom("float64", [1], [1]),
        values_tensor: tensorFrom("float64", [1], [4]),
        default_tensor: tensorFrom("float64", [1], [9]),
      },
    },
    {
      name: "a tensor of texts",
      inputs: [words],
      attributes: { keys_tensor: tensor("string", [1], ["z"]), values_tensor: tensorFrom("int64", [1], [3]) },
    },
    {
      name: "classes, as in opset 1",
      inputs: [words],
      attributes: { classes_strings: ["a", "b"] },
      referenceOnly: true,
    },
    {
      name: "places of classes, as in opset 1",
      inputs: [values("int64", [3], [1, 0, 5])],
      attributes: { classes_strings: ["a", "b"] },
      referenceOnly: true,
    },
  ],
  CategoryMapper: [
    {
      name: "texts to integers",
      inputs: [words],
      attributes: { cats_strings: ["a", "b"], cats_int64s: [3, 4], default_int64: -7 },
    },
    {
      name: "integers to texts",
      inputs: [values("int64", [2], [3, 9])],
      attributes: { cats_strings: ["a", "b"], cats_int64s: [3, 4] },
    },
  ],
  OneHotEncoder: [
    { name: "texts, unknown ones all zeros", inputs: [words], attributes: { cats_strings: ["a", "größe", "c"] } },
    { name: "integers", inputs: [values("int64", [2, 1], [3, 1])], attributes: { cats_int64s: [1, 2, 3], zeros: 0 } },
    {
      name: "floats, cut to integers",
      inputs: [values("float32", [2], [1.7, -3.2])],
      attributes: { cats_int64s: [1, -3] },
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
