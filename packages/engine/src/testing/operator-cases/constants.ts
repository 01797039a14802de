import { tensorFrom } from "../../tensor/tensor.ts";
import type { OperatorCase } from "../operator-case.ts";
import { constant, ints } from "../operator-case.ts";
import { uniform, values } from "../random-tensors.ts";

const range = (dtype: "float32" | "int64", bounds: readonly number[]): OperatorCase["inputs"] =>
  bounds.map((bound) => constant(values(dtype, [], [bound])));

export const constantsCases = {
  Constant: [
    { name: "a tensor", inputs: [], attributes: { value: tensorFrom("float32", [2, 2], [1, 2, 3, 4]) } },
    { name: "a float", inputs: [], attributes: { value_float: 0.5 } },
    { name: "floats", inputs: [], attributes: { value_floats: [0.5, 1] } },
    { name: "an int", inputs: [], attributes: { value_int: -3 } },
    { name: "ints", inputs: [], attributes: { value_ints: [1, 2, 3] } },
  ].map((example) => ({ ...example, differentiableInputs: [] })),
  ConstantOfShape: [
    { name: "zeros by default", inputs: [ints([2, 3])] },
    { name: "a value", inputs: [ints([4])], attributes: { value: tensorFrom("int64", [1], [7]) } },
    { name: "a scalar", inputs: [ints([])], attributes: { value: tensorFrom("float32", [1], [2]) } },
    { name: "a shape known only at the run", inputs: [values("int64", [2], [2, 1])] },
  ],
  Shape: [
    { name: "all axes", inputs: [uniform([2, 3, 4])], differentiableInputs: [] },
    { name: "some", inputs: [uniform([2, 3, 4])], attributes: { start: 1, end: -1 }, differentiableInputs: [] },
    { name: "from the end", inputs: [uniform([2, 3, 4])], attributes: { start: -2 }, differentiableInputs: [] },
  ],
  Size: [{ name: "a matrix", inputs: [uniform([2, 3])], differentiableInputs: [] }],
  Range: [
    { name: "int64", inputs: range("int64", [2, 9, 3]) },
    { name: "downwards", inputs: range("int64", [3, -2, -1]) },
    { name: "float32", inputs: range("float32", [0, 1, 0.25]) },
    { name: "empty", inputs: range("int64", [2, 2, 1]) },
    {
      name: "a limit known only at the run",
      inputs: [constant(values("int64", [], [0])), values("int64", [], [4]), constant(values("int64", [], [1]))],
    },
  ],
  EyeLike: [
    { name: "the main diagonal", inputs: [uniform([2, 3])], differentiableInputs: [] },
    { name: "above it, as int64", inputs: [uniform([3, 3])], attributes: { k: 1, dtype: 7 }, differentiableInputs: [] },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
