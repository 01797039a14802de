import { mapElements } from "../../ops/reference-kernels.ts";
import { constant, type OperatorCase } from "../operator-case.ts";
import { uniform, values } from "../random-tensors.ts";

const angles = (pairs: number) => uniform([5, pairs], { from: 0, to: 3 });
const rounded = (f: (angle: number) => number) => (angle: number) => Math.fround(f(angle));
const cosines = (pairs: number) => constant(mapElements(angles(pairs), rounded(Math.cos)));
const sines = (pairs: number) => constant(mapElements(angles(pairs), rounded(Math.sin)));
const positions = values("int64", [2, 3], [0, 1, 2, 4, 0, 3]);

export const rotaryEmbeddingCases = {
  RotaryEmbedding: [
    { name: "halves", inputs: [uniform([2, 3, 12]), positions, cosines(3), sines(3)] },
    {
      name: "neighbours",
      inputs: [uniform([2, 3, 12]), positions, cosines(3), sines(3)],
      attributes: { interleaved: 1, num_heads: 2 },
    },
    {
      name: "heads apart, from a first position on",
      inputs: [uniform([2, 2, 3, 6]), values("int64", [1], [2]), cosines(3), sines(3)],
    },
    {
      name: "a part of each head",
      inputs: [uniform([2, 3, 12]), positions, cosines(2), sines(2)],
      attributes: { num_heads: 2, rotary_embedding_dim: 4 },
    },
    {
      name: "neighbours in a part of each head",
      inputs: [uniform([2, 2, 3, 6]), positions, cosines(2), sines(2)],
      attributes: { interleaved: 1, num_heads: 2, rotary_embedding_dim: 4 },
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
