import type { OperatorCase } from "../operator-case.ts";
import { uniform } from "../random-tensors.ts";

const x = (...shape: number[]) => uniform(shape);
const weight = (...shape: number[]) => uniform(shape, { from: -1, to: 1, seed: 2 });
const bias = (features: number) => uniform([features], { seed: 3 });
const pads = (amount: number) => [amount, amount, amount, amount];

export const convolutionCases = {
  Conv: [
    {
      name: "two axes, padded, with bias",
      inputs: [x(2, 3, 5, 4), weight(4, 3, 3, 3), bias(4)],
      attributes: { pads: pads(1) },
    },
    { name: "many channels", inputs: [x(2, 9, 4, 4), weight(8, 9, 3, 3)], attributes: { pads: pads(1) } },
    {
      name: "many features, few places",
      inputs: [x(1, 8, 3, 2), weight(40, 8, 3, 2)],
      attributes: { pads: pads(1), strides: [3, 3] },
    },
    { name: "many channels, stride 2", inputs: [x(1, 8, 6, 5), weight(2, 8, 3, 2)], attributes: { strides: [2, 2] } },
    { name: "one by one", inputs: [x(2, 8, 3, 3), weight(4, 8, 1, 1)] },
    { name: "one by one, stride 2", inputs: [x(2, 8, 4, 3), weight(3, 8, 1, 1)], attributes: { strides: [2, 2] } },
    {
      name: "one axis, dilated",
      inputs: [x(2, 3, 9), weight(4, 3, 3), bias(4)],
      attributes: { dilations: [2], pads: [3, 1] },
    },
    { name: "one axis, many channels", inputs: [x(2, 8, 6), weight(3, 8, 4)], attributes: { pads: [2, 2] } },
    { name: "three axes", inputs: [x(1, 2, 3, 4, 3), weight(2, 2, 2, 3, 2)], attributes: { pads: [0, 1, 1, 0, 1, 0] } },
    {
      name: "stride that leaves a rest, uneven pads",
      inputs: [x(2, 2, 7, 8), weight(3, 2, 3, 2)],
      attributes: { strides: [3, 2], pads: [1, 0, 0, 1], kernel_shape: [3, 2] },
    },
    { name: "groups", inputs: [x(2, 4, 4, 4), weight(6, 2, 3, 3), bias(6)], attributes: { group: 2, pads: pads(1) } },
    {
      name: "wide groups",
      inputs: [x(1, 16, 3, 3), weight(4, 8, 2, 2)],
      attributes: { group: 2, pads: pads(1), dilations: [2, 1] },
    },
    { name: "depthwise", inputs: [x(2, 3, 5, 4), weight(3, 1, 3, 3)], attributes: { group: 3, pads: pads(1) } },
    {
      name: "depthwise, stride 2",
      inputs: [x(2, 3, 5, 6), weight(3, 1, 3, 3)],
      attributes: { group: 3, pads: pads(1), strides: [2, 2] },
    },
    {
      name: "depthwise, two features a channel",
      inputs: [x(2, 3, 4, 4), weight(6, 1, 3, 3)],
      attributes: { group: 3 },
    },
    { name: "pads beyond the kernel", inputs: [x(1, 8, 3, 3), weight(2, 8, 2, 2)], attributes: { pads: pads(2) } },
    {
      name: "auto_pad SAME_UPPER, stride 2",
      inputs: [x(1, 2, 5, 6), weight(3, 2, 3, 3)],
      attributes: { auto_pad: "SAME_UPPER", strides: [2, 2] },
    },
    {
      name: "auto_pad SAME_LOWER",
      inputs: [x(1, 2, 4, 5), weight(3, 2, 2, 4)],
      attributes: { auto_pad: "SAME_LOWER" },
    },
    { name: "auto_pad VALID", inputs: [x(1, 2, 4, 5), weight(3, 2, 2, 2)], attributes: { auto_pad: "VALID" } },
  ],
  ConvTranspose: [
    { name: "two axes with bias", inputs: [x(2, 3, 3, 4), weight(3, 4, 3, 3), bias(4)] },
    { name: "doubling", inputs: [x(2, 4, 3, 3), weight(4, 2, 2, 2), bias(2)], attributes: { strides: [2, 2] } },
    {
      name: "pads and output padding",
      inputs: [x(1, 3, 3, 4), weight(3, 2, 3, 3)],
      attributes: { strides: [2, 2], pads: pads(1), output_padding: [1, 1] },
    },
    { name: "many features, dilated", inputs: [x(1, 2, 3, 3), weight(2, 8, 2, 3)], attributes: { dilations: [2, 1] } },
    { name: "groups", inputs: [x(2, 4, 3, 3), weight(4, 3, 2, 2), bias(6)], attributes: { group: 2, strides: [2, 1] } },
    { name: "one axis", inputs: [x(2, 3, 5), weight(3, 2, 4)], attributes: { strides: [3], pads: [1, 2] } },
    {
      name: "auto_pad SAME_UPPER",
      inputs: [x(1, 2, 3, 3), weight(2, 2, 3, 3)],
      attributes: { auto_pad: "SAME_UPPER", strides: [2, 2] },
    },
    {
      name: "output_shape",
      inputs: [x(1, 2, 3, 3), weight(2, 2, 3, 3)],
      attributes: { output_shape: [6, 5], strides: [2, 2] },
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
