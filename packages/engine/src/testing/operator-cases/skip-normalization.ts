import type { OperatorCase } from "../operator-case.ts";
import { uniform, values } from "../random-tensors.ts";

const gamma = uniform([8], { from: 0.5, to: 1.5, seed: 2 });
const beta = uniform([8], { seed: 3 });
const bias = uniform([8], { seed: 4 });
const withSum = [true, false, false, true];
const epsilon = { epsilon: 1e-5 };

const ids = values("int32", [2, 3], [0, 4, 4, 2, 1, 0]);
const segments = values("int32", [2, 3], [0, 0, 1, 1, 0, 1]);
const words = uniform([5, 8], { seed: 5 });
const positions = uniform([4, 8], { seed: 6 });
const types = uniform([2, 8], { seed: 7 });

export const skipNormalizationCases = {
  SkipLayerNormalization: [
    {
      name: "all inputs, and the sum",
      inputs: [uniform([2, 3, 8]), uniform([2, 3, 8], { seed: 9 }), gamma, beta, bias],
      outputCount: withSum,
      attributes: epsilon,
    },
    { name: "without beta and bias", inputs: [uniform([2, 3, 8]), uniform([2, 3, 8], { seed: 9 }), gamma] },
    {
      name: "one skip for the batch",
      inputs: [uniform([2, 3, 8]), uniform([1, 3, 8], { seed: 9 }), gamma, undefined, bias],
      attributes: epsilon,
    },
    { name: "a skip without batch", inputs: [uniform([2, 3, 8]), uniform([3, 8], { seed: 9 }), gamma, beta] },
    { name: "rows", inputs: [uniform([3, 8]), uniform([3, 8], { seed: 9 }), gamma, beta], attributes: epsilon },
  ],
  SkipSimplifiedLayerNormalization: [
    {
      name: "all inputs, and the sum",
      inputs: [uniform([2, 3, 8]), uniform([2, 3, 8], { seed: 9 }), gamma, bias],
      outputCount: withSum,
      attributes: { epsilon: 0.1 },
    },
    { name: "without bias", inputs: [uniform([2, 3, 8]), uniform([1, 3, 8], { seed: 9 }), gamma], attributes: epsilon },
  ],
  EmbedLayerNormalization: [
    {
      name: "pieces, positions and segments, and the sum",
      inputs: [ids, segments, words, positions, types, gamma, beta],
      outputCount: 3,
      attributes: epsilon,
    },
    {
      name: "pieces and positions",
      inputs: [ids, undefined, words, positions, undefined, gamma, beta],
      outputCount: [true, false],
      attributes: epsilon,
    },
    {
      name: "positions given",
      inputs: [
        ids,
        segments,
        words,
        positions,
        types,
        gamma,
        beta,
        undefined,
        values("int32", [2, 3], [3, 1, 0, 2, 2, 1]),
      ],
      outputCount: [true, false],
      attributes: epsilon,
    },
    {
      name: "a mask",
      inputs: [ids, segments, words, positions, types, gamma, beta, values("int32", [2, 3], [1, 1, 0, 1, 1, 1])],
      outputCount: 2,
      attributes: epsilon,
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
