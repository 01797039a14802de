import type { OperatorCase } from "../operator-case.ts";
import { uniform, values } from "../random-tensors.ts";

const x = uniform([2, 3, 4]);
const weights = uniform([4, 12], { from: -1, to: 1, seed: 2 });
const bias = uniform([12], { from: -1, to: 1, seed: 3 });
const query = uniform([2, 3, 4], { seed: 4 });
const key = uniform([2, 3, 4], { seed: 5 });
const value = uniform([2, 3, 4], { seed: 6 });
const otherKey = uniform([2, 5, 4], { seed: 7 });
const otherValue = uniform([2, 5, 6], { seed: 8 });
const keyMask = values("int32", [2, 3], [1, 1, 0, 1, 1, 1]);
const scoreMask = values("int32", [2, 3, 3], [1, 0, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1]);
const lengths = values("int32", [2], [2, 3]);
const scoreBias = (shape: readonly number[]) => uniform(shape, { seed: 9 });
const heads = { num_heads: 2 };
const inferenceOnly = { differentiableInputs: [] };

export const attentionCases = {
  Attention: [
    { name: "plain", inputs: [x, weights, bias], attributes: heads },
    { name: "scaled", inputs: [x, weights, bias], attributes: { ...heads, scale: 0.3 } },
    { name: "a mask of keys", inputs: [x, weights, bias, keyMask], attributes: heads },
    { name: "a mask of scores", inputs: [x, weights, bias, scoreMask], attributes: heads },
    { name: "lengths", inputs: [x, weights, bias, lengths], attributes: heads },
    {
      name: "ends and starts",
      inputs: [x, weights, bias, values("int32", [4], [2, 3, 0, 1])],
      attributes: heads,
      ...inferenceOnly,
    },
    { name: "causal", inputs: [x, weights, bias], attributes: { ...heads, unidirectional: 1 } },
    {
      name: "causal with a mask and a bias of scores",
      inputs: [x, weights, bias, keyMask, undefined, scoreBias([2, 2, 3, 3])],
      attributes: { ...heads, unidirectional: 1 },
    },
    {
      name: "values of another width",
      inputs: [x, uniform([4, 10], { seed: 2 }), uniform([10], { seed: 3 })],
      attributes: { ...heads, qkv_hidden_sizes: [4, 4, 2] },
    },
    { name: "keys and values so far", inputs: [x, weights, bias], attributes: heads, outputCount: 2 },
    {
      name: "a past",
      inputs: [x, weights, bias, undefined, uniform([2, 2, 2, 4, 2], { seed: 10 })],
      attributes: { ...heads, unidirectional: 1 },
      outputCount: 2,
      ...inferenceOnly,
    },
  ],
  MultiHeadAttention: [
    { name: "self", inputs: [query, key, value], attributes: heads },
    { name: "scaled, biased", inputs: [query, key, value, bias], attributes: { ...heads, scale: 0.3 } },
    { name: "cross, values of another width", inputs: [query, otherKey, otherValue], attributes: heads },
    {
      name: "keys and values as heads",
      inputs: [query, uniform([2, 2, 5, 2], { seed: 7 }), uniform([2, 2, 5, 2], { seed: 8 })],
      attributes: heads,
    },
    { name: "a mask of keys", inputs: [query, key, value, bias, keyMask], attributes: heads },
    { name: "a mask of scores", inputs: [query, key, value, undefined, scoreMask], attributes: heads },
    { name: "lengths", inputs: [query, key, value, undefined, lengths], attributes: heads },
    {
      name: "a bias of scores for the batch",
      inputs: [query, key, value, undefined, undefined, scoreBias([1, 2, 3, 3])],
      attributes: heads,
    },
    {
      name: "causal with a mask and a bias of scores",
      inputs: [query, key, value, bias, keyMask, scoreBias([2, 2, 3, 3])],
      attributes: { ...heads, unidirectional: 1 },
    },
    { name: "causal", inputs: [query, key, value], attributes: { ...heads, unidirectional: 1 } },
    { name: "keys and values so far", inputs: [query, key, value, bias], attributes: heads, outputCount: 3 },
    {
      name: "a past",
      inputs: [
        query,
        key,
        value,
        bias,
        undefined,
        undefined,
        uniform([2, 2, 4, 2], { seed: 10 }),
        uniform([2, 2, 4, 2], { seed: 11 }),
      ],
      attributes: { ...heads, unidirectional: 1 },
      outputCount: 3,
      ...inferenceOnly,
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
