import type { OperatorCase } from "../operator-case.ts";
import { uniform, values } from "../random-tensors.ts";

const kept = values("bool", [3], [1, 0, 1]);

export const selectionCases = {
  Compress: [
    { name: "rows", inputs: [uniform([3, 2]), kept], attributes: { axis: 0 } },
    { name: "columns, counted from the end", inputs: [uniform([2, 3, 2]), kept], attributes: { axis: -2 } },
    { name: "elements", inputs: [uniform([2, 3]), values("bool", [6], [0, 1, 1, 0, 0, 1])] },
    { name: "a condition that ends early", inputs: [uniform([5, 2]), kept], attributes: { axis: 0 } },
  ],
  NonZero: [
    { name: "a matrix", inputs: [values("float32", [2, 3], [1, 0, 2, 0, 0, 3])], differentiableInputs: [] },
    { name: "bool", inputs: [values("bool", [4], [0, 1, 0, 1])] },
  ],
  Unique: [
    {
      name: "of all elements",
      inputs: [values("float32", [2, 3], [3, 1, 2, 1, 3, 3])],
      outputCount: 4,
      differentiableInputs: [],
    },
    {
      name: "in order of appearance",
      inputs: [values("int64", [6], [5, 1, 5, 2, 1, 5])],
      attributes: { sorted: 0 },
      outputCount: 4,
    },
    {
      name: "of rows",
      inputs: [values("float32", [4, 2], [2, 0, 1, 0, 2, 0, 1, 1])],
      attributes: { axis: 0 },
      outputCount: 4,
      differentiableInputs: [],
    },
    {
      name: "of columns",
      inputs: [values("float32", [2, 3], [1, 0, 1, 2, 5, 2])],
      attributes: { axis: -1 },
      outputCount: 2,
      differentiableInputs: [],
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
