import type { OperatorCase } from "../operator-case.ts";
import { uniform, values } from "../random-tensors.ts";

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

const comparisons: readonly OperatorCase[] = [
  { name: "float32", inputs: [values("float32", [2, 3], [1, 2, 3, 4, 5, 6]), values("float32", [3], [1, 3, 2])] },
  { name: "int64", inputs: [values("int64", [2, 2], [1, 2, 3, 4]), values("int64", [], [2])] },
].map((example) => ({ ...example, differentiableInputs: [] }));

const logic: readonly OperatorCase[] = [
  { name: "the truth table", inputs: [values("bool", [2, 2], [0, 0, 1, 1]), values("bool", [2], [0, 1])] },
];

const choices = values("bool", [2, 3], [1, 0, 1, 0, 0, 1]);

export const comparisonCases = {
  Equal: comparisons,
  Greater: comparisons,
  GreaterOrEqual: comparisons,
  Less: comparisons,
  LessOrEqual: comparisons,
  And: logic,
  Or: logic,
  Xor: logic,
  Not: [{ name: "both values", inputs: [values("bool", [2], [0, 1])] }],
  IsNaN: [
    {
      name: "special numbers",
      inputs: [values("float32", [4], [1, nan, infinity, -infinity])],
      differentiableInputs: [],
    },
  ],
  IsInf: [
    { name: "both signs", inputs: [values("float32", [4], [1, nan, infinity, -infinity])], differentiableInputs: [] },
    {
      name: "negative only",
      inputs: [values("float32", [4], [1, nan, infinity, -infinity])],
      attributes: { detect_positive: 0 },
      differentiableInputs: [],
    },
  ],
  Where: [
    { name: "equal shapes", inputs: [choices, uniform([2, 3], { seed: 1 }), uniform([2, 3], { seed: 2 })] },
    { name: "repeated choices", inputs: [choices, uniform([3], { seed: 1 }), uniform([], { seed: 2 })] },
    {
      name: "repeated condition",
      inputs: [values("bool", [3], [1, 0, 1]), uniform([2, 3], { seed: 1 }), uniform([2, 3], { seed: 2 })],
    },
    { name: "int64", inputs: [choices, values("int64", [2, 3], [1, 2, 3, 4, 5, 6]), values("int64", [], [-1])] },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
