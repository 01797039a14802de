import type { OperatorCase } from "../operator-case.ts";
import { uniform } from "../random-tensors.ts";

const scale = (shape: readonly number[]) => uniform(shape, { from: 0.5, to: 1.5, seed: 2 });
const bias = (shape: readonly number[]) => uniform(shape, { seed: 3 });
const onlyResult = { differentiableOutputs: [0] };

export const normalizationCases = {
  LayerNormalization: [
    { name: "with statistics", inputs: [uniform([2, 3, 8]), scale([8]), bias([8])], outputCount: 3, ...onlyResult },
    { name: "result only", inputs: [uniform([2, 3, 8]), scale([8]), bias([8])] },
    { name: "without bias", inputs: [uniform([5, 8]), scale([8])], attributes: { epsilon: 0.1 } },
    { name: "two axes", inputs: [uniform([2, 3, 4]), scale([3, 4]), bias([3, 4])], attributes: { axis: 1 } },
    {
      name: "a mean far from 0",
      inputs: [uniform([3, 8], { from: 9, to: 11 }), scale([8]), bias([8])],
      outputCount: 3,
      ...onlyResult,
    },
  ],
  SimplifiedLayerNormalization: [
    { name: "with statistics", inputs: [uniform([2, 3, 8]), scale([8])], outputCount: 2, ...onlyResult },
    { name: "result only", inputs: [uniform([5, 8]), scale([8])], attributes: { epsilon: 0.1 } },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
