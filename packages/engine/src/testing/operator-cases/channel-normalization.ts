import type { OperatorCase } from "../operator-case.ts";
import { constant } from "../operator-case.ts";
import { uniform } from "../random-tensors.ts";

const scale = (channels: number) => uniform([channels], { from: 0.5, to: 1.5, seed: 2 });
const bias = (channels: number) => uniform([channels], { seed: 3 });
const mean = (channels: number) => uniform([channels], { seed: 4 });
const variance = (channels: number) => uniform([channels], { from: 0.5, to: 2, seed: 5 });
const running = (channels: number) => [mean(channels), variance(channels)].map(constant);
const onlyResult = { outputCount: 3, differentiableOutputs: [0] };

export const channelNormalizationCases = {
  BatchNormalization: [
    { name: "for inference", inputs: [uniform([2, 3, 4, 2]), scale(3), bias(3), ...running(3)] },
    { name: "for inference, without spatial axes", inputs: [uniform([5, 3]), scale(3), bias(3), ...running(3)] },
    {
      name: "in training",
      inputs: [uniform([2, 3, 4, 2]), scale(3), bias(3), ...running(3)],
      attributes: { training_mode: 1 },
      ...onlyResult,
    },
    {
      name: "in training, with the statistics of the batch",
      inputs: [uniform([3, 2, 4]), scale(2), bias(2), ...running(2)],
      attributes: { training_mode: 1, momentum: 0, epsilon: 0.1 },
      ...onlyResult,
    },
    {
      name: "in training, a mean far from 0",
      inputs: [uniform([4, 2, 3, 3], { from: 9, to: 11 }), scale(2), bias(2), ...running(2)],
      attributes: { training_mode: 1, momentum: 0 },
      ...onlyResult,
    },
  ],
  InstanceNormalization: [
    { name: "two axes", inputs: [uniform([2, 3, 4, 2]), scale(3), bias(3)] },
    { name: "one axis", inputs: [uniform([2, 3, 5]), scale(3), bias(3)], attributes: { epsilon: 0.1 } },
  ],
  GroupNormalization: [
    {
      name: "a scale for each group",
      inputs: [uniform([2, 6, 3, 2]), scale(2), bias(2)],
      attributes: { num_groups: 2 },
    },
    {
      name: "a scale for each channel, as of opset 21",
      inputs: [uniform([2, 6, 3, 2]), scale(6), bias(6)],
      attributes: { num_groups: 3, epsilon: 0.1 },
      referenceOnly: true,
    },
  ],
  LRN: [
    {
      name: "three channels",
      inputs: [uniform([2, 5, 2, 3])],
      attributes: { size: 3, alpha: 0.5, beta: 0.75, bias: 2 },
    },
    {
      name: "an even number of channels",
      inputs: [uniform([1, 5, 3, 2])],
      attributes: { size: 4, alpha: 1, beta: 0.5 },
      referenceOnly: true,
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
