import type { OperatorCase } from "../operator-case.ts";
import { constant, ints } from "../operator-case.ts";
import { uniform, values } from "../random-tensors.ts";

const index = (shape: readonly number[], data: readonly number[]) => values("int64", shape, data);

export const indexingCases = {
  Gather: [
    { name: "rows of a table", inputs: [uniform([5, 3]), index([2, 3], [4, 0, 4, 1, 4, -1])] },
    { name: "elements of a vector", inputs: [uniform([5]), index([3], [1, 1, 4])] },
    { name: "columns", inputs: [uniform([2, 4, 3]), index([2, 2], [3, 0, 3, 1])], attributes: { axis: 1 } },
    { name: "the last axis", inputs: [uniform([2, 4]), index([3], [0, -1, 0])], attributes: { axis: -1 } },
    { name: "one known index", inputs: [uniform([2, 4, 3]), constant(index([], [1]))], attributes: { axis: 1 } },
    { name: "one known index from the end", inputs: [uniform([4, 3]), constant(index([1, 1], [-1]))] },
    { name: "one index known only at the run", inputs: [uniform([2, 4, 3]), index([], [2])], attributes: { axis: 1 } },
    { name: "int32 indices", inputs: [uniform([5, 3]), values("int32", [2], [4, 2])] },
  ],
  GatherElements: [
    { name: "along the first axis", inputs: [uniform([3, 2]), index([4, 2], [0, 1, 2, 1, 0, 0, -1, 1])] },
    { name: "along the last axis", inputs: [uniform([2, 3]), index([2, 2], [0, 2, 1, 1])], attributes: { axis: 1 } },
  ],
  GatherND: [
    { name: "elements", inputs: [uniform([2, 3]), index([3, 2], [0, 1, 1, 2, 0, 1])] },
    { name: "rows", inputs: [uniform([3, 2, 2]), index([2, 2, 1], [0, 2, 2, -1])] },
    { name: "rows by pairs", inputs: [uniform([2, 3, 4]), index([3, 2], [0, 1, 1, -1, 0, 1])] },
    { name: "int32 has no kernel", inputs: [uniform([2, 3]), values("int32", [2, 1], [1, 0])], referenceOnly: true },
    {
      name: "batches",
      inputs: [uniform([2, 3, 2]), index([2, 1], [2, 0])],
      attributes: { batch_dims: 1 },
    },
    {
      name: "pairs in two axes of batches",
      inputs: [uniform([2, 1, 3, 2]), index([2, 1, 3, 2], [2, 0, 2, 0, -1, 1, 0, 0, 1, -2, 0, 0])],
      attributes: { batch_dims: 2 },
    },
  ],
  ScatterElements: [
    {
      name: "distinct places",
      inputs: [uniform([3, 3]), index([2, 3], [1, 0, 2, 0, 2, 1]), uniform([2, 3], { seed: 2 })],
    },
    {
      name: "added, with repeated places",
      inputs: [uniform([3, 3]), index([2, 4], [1, 0, 2, 1, 0, 2, 1, 0]), uniform([2, 4], { seed: 2 })],
      attributes: { axis: 1, reduction: "add" },
    },
    {
      name: "the greatest",
      inputs: [uniform([3]), index([3], [1, 1, 0]), uniform([3], { seed: 2 })],
      attributes: { reduction: "max" },
    },
    {
      name: "the least, along an axis",
      inputs: [uniform([2, 3]), index([2, 4], [1, 1, 0, 2, 0, 0, 0, 2]), uniform([2, 4], { seed: 2 })],
      attributes: { axis: 1, reduction: "min" },
    },
    {
      name: "multiplied",
      inputs: [uniform([3, 2]), index([3, 2], [1, 0, 1, 2, 2, 2]), uniform([3, 2], { seed: 2 })],
      attributes: { reduction: "mul" },
    },
    {
      name: "multiplied, with zeros",
      inputs: [
        values("float32", [5], [2, 3, 0, 0, -1]),
        index([7], [0, 0, 1, 2, 3, 3, 1]),
        values("float32", [7], [0, 5, 4, -2, 0, 3, -1]),
      ],
      attributes: { reduction: "mul" },
    },
  ],
  ScatterND: [
    { name: "rows", inputs: [uniform([4, 2]), index([2, 1], [3, 1]), uniform([2, 2], { seed: 2 })] },
    { name: "elements", inputs: [uniform([2, 3]), index([2, 2], [0, 1, 1, 2]), uniform([2], { seed: 2 })] },
    {
      name: "added",
      inputs: [uniform([4, 2]), index([3, 1], [3, 1, 3]), uniform([3, 2], { seed: 2 })],
      attributes: { reduction: "add" },
    },
    {
      name: "multiplied",
      inputs: [uniform([4, 2]), index([3, 1], [3, 1, -1]), uniform([3, 2], { seed: 2 })],
      attributes: { reduction: "mul" },
    },
    {
      name: "the greatest elements",
      inputs: [uniform([2, 3]), index([3, 2], [0, 1, 1, 2, 0, 1]), uniform([3], { seed: 2 })],
      attributes: { reduction: "max" },
    },
    {
      name: "the least rows",
      inputs: [uniform([4, 2]), index([3, 1], [3, 1, 3]), uniform([3, 2], { seed: 2 })],
      attributes: { reduction: "min" },
    },
  ],
  OneHot: [
    {
      name: "along a new last axis",
      inputs: [index([3], [0, 2, -1]), ints([4]), constant(values("float32", [2], [0, 1]))],
    },
    {
      name: "along a new first axis",
      inputs: [index([2, 2], [0, 1, 2, 0]), ints([3]), constant(values("float32", [2], [-1, 2]))],
      attributes: { axis: 0 },
    },
  ],
  CumSum: [
    { name: "plain", inputs: [uniform([2, 4]), constant(index([], [1]))] },
    { name: "reverse", inputs: [uniform([4, 2]), constant(index([], [0]))], attributes: { reverse: 1 } },
    { name: "exclusive", inputs: [uniform([2, 4]), constant(index([], [-1]))], attributes: { exclusive: 1 } },
    { name: "both", inputs: [uniform([4]), constant(index([], [0]))], attributes: { exclusive: 1, reverse: 1 } },
  ],
  Trilu: [
    { name: "upper", inputs: [uniform([3, 4])] },
    { name: "lower, in batches", inputs: [uniform([2, 3, 3])], attributes: { upper: 0 } },
    { name: "above the diagonal", inputs: [uniform([3, 3]), constant(index([], [1]))] },
    {
      name: "lower, below the diagonal",
      inputs: [uniform([4, 3]), constant(index([], [-1]))],
      attributes: { upper: 0 },
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
