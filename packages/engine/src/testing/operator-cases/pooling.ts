import { ints, type OperatorCase } from "../operator-case.ts";
import { awayFromZero, distinct, uniform, values } from "../random-tensors.ts";

const square = (size: number, stride: number, pad = 0) => ({
  kernel_shape: [size, size],
  strides: [stride, stride],
  pads: [pad, pad, pad, pad],
});

export const poolingCases = {
  MaxPool: [
    { name: "side by side", inputs: [distinct([2, 2, 4, 6])], attributes: square(2, 2) },
    { name: "with places", inputs: [distinct([2, 2, 4, 4])], attributes: square(2, 2), outputCount: 2 },
    { name: "overlapping, padded", inputs: [distinct([2, 2, 6, 5])], attributes: square(3, 2, 1) },
    { name: "a rest is left over", inputs: [distinct([1, 2, 5, 7])], attributes: square(2, 2) },
    { name: "apart, padded", inputs: [distinct([2, 3, 4, 4])], attributes: square(2, 2, 1) },
    {
      name: "apart, one axis, padded",
      inputs: [distinct([1, 1, 2])],
      attributes: { kernel_shape: [2], strides: [2], pads: [1, 1] },
    },
    { name: "apart, gaps between", inputs: [distinct([1, 2, 5, 5])], attributes: square(2, 3) },
    { name: "apart, ceil_mode", inputs: [distinct([1, 2, 5, 5])], attributes: { ...square(2, 2), ceil_mode: 1 } },
    {
      name: "apart, auto_pad",
      inputs: [distinct([1, 1, 5, 5])],
      attributes: { kernel_shape: [2, 2], strides: [2, 2], auto_pad: "SAME_UPPER" },
    },
    { name: "ceil_mode", inputs: [distinct([1, 2, 5, 6])], attributes: { ...square(3, 2), ceil_mode: 1 } },
    { name: "one axis, stride 1", inputs: [distinct([2, 3, 6])], attributes: { kernel_shape: [3] } },
    { name: "dilated", inputs: [distinct([1, 1, 6, 6])], attributes: { kernel_shape: [2, 2], dilations: [2, 3] } },
    {
      name: "auto_pad",
      inputs: [distinct([1, 2, 5, 5])],
      attributes: { kernel_shape: [3, 3], strides: [2, 2], auto_pad: "SAME_UPPER" },
    },
    {
      name: "places counted by columns",
      inputs: [distinct([1, 2, 4, 6])],
      attributes: { ...square(2, 2), storage_order: 1 },
      outputCount: 2,
      differentiableInputs: [],
    },
    {
      name: "the first of equals",
      inputs: [values("float32", [1, 1, 2, 4], [3, 3, 1, 2, 3, 0, 2, 2])],
      attributes: square(2, 2),
      outputCount: 2,
      differentiableInputs: [],
    },
  ],
  MaxUnpool: [
    {
      name: "side by side",
      inputs: [uniform([1, 2, 2, 2]), values("int64", [1, 2, 2, 2], [0, 3, 9, 10, 17, 22, 24, 31])],
      attributes: square(2, 2),
    },
    {
      name: "a given shape with a rest",
      inputs: [uniform([1, 1, 2, 2]), values("int64", [1, 1, 2, 2], [6, 2, 10, 13]), ints([1, 1, 5, 5])],
      attributes: square(2, 2),
    },
    {
      name: "one axis",
      inputs: [uniform([2, 1, 2]), values("int64", [2, 1, 2], [1, 3, 7, 9])],
      attributes: { kernel_shape: [3], strides: [3] },
    },
    {
      name: "padded",
      inputs: [uniform([1, 1, 3]), values("int64", [1, 1, 3], [0, 2, 3])],
      attributes: { kernel_shape: [2], strides: [2], pads: [1, 1] },
    },
  ],
  AveragePool: [
    { name: "side by side", inputs: [uniform([2, 2, 4, 6])], attributes: square(2, 2) },
    { name: "overlapping", inputs: [uniform([2, 2, 6, 5])], attributes: square(3, 2) },
    { name: "pads left out of the count", inputs: [uniform([1, 2, 5, 6])], attributes: square(3, 2, 1) },
    {
      name: "pads counted",
      inputs: [uniform([1, 2, 5, 6])],
      attributes: { ...square(3, 2, 1), count_include_pad: 1 },
    },
    { name: "one axis, stride 1", inputs: [uniform([2, 3, 6])], attributes: { kernel_shape: [3], pads: [1, 1] } },
    {
      name: "auto_pad",
      inputs: [uniform([1, 1, 5, 4])],
      attributes: { kernel_shape: [2, 3], strides: [2, 2], auto_pad: "SAME_LOWER" },
    },
    {
      name: "ceil_mode",
      inputs: [uniform([1, 2, 5, 6])],
      attributes: { ...square(3, 2), ceil_mode: 1 },
    },
    {
      name: "ceil_mode, pads counted",
      inputs: [uniform([1, 2, 6, 5])],
      attributes: { ...square(3, 2, 1), ceil_mode: 1, count_include_pad: 1 },
    },
  ],
  LpPool: [
    { name: "side by side", inputs: [uniform([2, 2, 4, 6])], attributes: square(2, 2) },
    { name: "p 1", inputs: [awayFromZero([1, 2, 5, 6])], attributes: { ...square(3, 2, 1), p: 1 } },
    { name: "p 3, overlapping, padded", inputs: [uniform([1, 2, 6, 5])], attributes: { ...square(3, 2, 1), p: 3 } },
    { name: "one axis, stride 1", inputs: [uniform([2, 3, 6])], attributes: { kernel_shape: [3], p: 4 } },
    { name: "dilated", inputs: [uniform([1, 1, 6, 6])], attributes: { kernel_shape: [2, 2], dilations: [2, 3] } },
    {
      name: "auto_pad",
      inputs: [uniform([1, 1, 5, 4])],
      attributes: { kernel_shape: [2, 3], strides: [2, 2], auto_pad: "SAME_LOWER" },
    },
    {
      name: "ceil_mode",
      inputs: [uniform([1, 2, 5, 6])],
      attributes: { ...square(3, 2), ceil_mode: 1 },
    },
  ],
  GlobalLpPool: [
    { name: "two axes", inputs: [uniform([2, 3, 4, 5])] },
    { name: "one axis, p 1", inputs: [awayFromZero([2, 3, 4])], attributes: { p: 1 } },
    { name: "p 3", inputs: [uniform([1, 2, 3, 2])], attributes: { p: 3 } },
  ],
  GlobalAveragePool: [
    { name: "two axes", inputs: [uniform([2, 3, 4, 5])] },
    { name: "one axis", inputs: [uniform([2, 3, 4])] },
  ],
  GlobalMaxPool: [
    { name: "two axes", inputs: [distinct([2, 3, 4, 5])] },
    { name: "one axis", inputs: [distinct([2, 3, 4])] },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
