import { mapElements } from "../../ops/reference-kernels.ts";
import { constant, type OperatorCase } from "../operator-case.ts";
import { uniform, values } from "../random-tensors.ts";

const angles = uniform([8, 8], { from: 0, to: 3 });
const cosines = constant(mapElements(angles, (angle) => Math.fround(Math.cos(angle))));
const sines = constant(mapElements(angles, (angle) => Math.fround(Math.sin(angle))));
const query = uniform([2, 3, 32]);
const key = uniform([2, 3, 16], { seed: 2 });
const value = uniform([2, 3, 16], { seed: 3 });
const packed = uniform([2, 3, 64], { seed: 4 });
// The kernel wants heads of a multiple of 8 features, and of 16 to turn them.
const wide = uniform([2, 3, 64], { seed: 4 });
const lengths = (...counts: number[]) =>
  values(
    "int32",
    [2],
    counts.map((count) => count - 1),
  );
const total = (count: number) => constant(values("int32", [1], [count]));
const whole = [undefined, undefined, lengths(3, 3), total(3)];
const past = (seed: number) => uniform([2, 1, 5, 16], { seed });
const heads = { num_heads: 4, kv_num_heads: 2 };
const rotary = { num_heads: 2, kv_num_heads: 1, do_rotary: 1 };
const inferenceOnly = { differentiableInputs: [] };

export const groupQueryAttentionCases = {
  GroupQueryAttention: [
    { name: "groups of two", inputs: [query, key, value, ...whole], attributes: heads, outputCount: 3 },
    { name: "scaled", inputs: [query, key, value, ...whole], attributes: { ...heads, scale: 0.2 }, outputCount: 3 },
    {
      name: "side by side",
      inputs: [packed, undefined, undefined, ...whole],
      attributes: { num_heads: 4, kv_num_heads: 2 },
      outputCount: 3,
    },
    {
      name: "rotary",
      inputs: [
        uniform([2, 3, 32]),
        uniform([2, 3, 16], { seed: 2 }),
        uniform([2, 3, 16], { seed: 3 }),
        ...whole,
        cosines,
        sines,
      ],
      attributes: rotary,
      outputCount: 3,
    },
    {
      name: "rotary, neighbours, side by side",
      inputs: [wide, undefined, undefined, ...whole, cosines, sines],
      attributes: { ...rotary, rotary_interleaved: 1 },
      outputCount: 3,
    },
    { name: "capped", inputs: [query, key, value, ...whole], attributes: { ...heads, softcap: 2 }, outputCount: 3 },
    {
      name: "a window",
      inputs: [query, key, value, ...whole],
      attributes: { ...heads, local_window_size: 2 },
      outputCount: 3,
    },
    {
      name: "smooth softmax",
      inputs: [query, key, value, ...whole],
      attributes: { ...heads, smooth_softmax: 1 },
      outputCount: 3,
      ...inferenceOnly,
    },
    {
      name: "one step after a past",
      inputs: [
        uniform([2, 1, 32]),
        uniform([2, 1, 16], { seed: 2 }),
        uniform([2, 1, 16], { seed: 3 }),
        past(5),
        past(6),
        lengths(6, 6),
        total(6),
        cosines,
        sines,
      ],
      attributes: rotary,
      outputCount: 3,
      ...inferenceOnly,
    },
    {
      name: "one step after pasts of two lengths",
      inputs: [
        uniform([2, 1, 32]),
        uniform([2, 1, 16], { seed: 2 }),
        uniform([2, 1, 16], { seed: 3 }),
        past(5),
        past(6),
        lengths(6, 4),
        total(6),
        cosines,
        sines,
      ],
      attributes: rotary,
      outputCount: 3,
      ...inferenceOnly,
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
