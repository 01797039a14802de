import type { OperatorCase } from "../operator-case.ts";
import { uniform } from "../random-tensors.ts";

function contraction(equation: string, ...shapes: readonly (readonly number[])[]): OperatorCase {
  const inputs = shapes.map((shape, i) => uniform(shape, { seed: i + 1 }));
  return {
    name: `${equation} of ${shapes.map((shape) => `[${shape}]`).join(" and ")}`,
    inputs,
    attributes: { equation },
  };
}

export const einsumCases = {
  Einsum: [
    contraction("ij,jk->ik", [2, 3], [3, 4]),
    contraction("bqhd, bkhd -> bhqk", [2, 3, 2, 4], [2, 5, 2, 4]),
    contraction("ij,jk", [2, 3], [3, 4]),
    contraction("ba", [2, 3]),
    contraction("ij->", [2, 3]),
    contraction("ij->j", [2, 3]),
    contraction("i,i->", [3], [3]),
    contraction("i,j->ij", [2], [3]),
    contraction("ij,k->i", [2, 3], [4]),
    contraction("ij,jk,kl->il", [2, 3], [3, 4], [4, 2]),
    contraction("ij,ij,ij->i", [2, 3], [2, 3], [2, 3]),
    contraction("...ij,...jk->...ik", [2, 1, 2, 3], [1, 4, 3, 2]),
    contraction("...i,i->...", [2, 3, 4], [4]),
    contraction("i...,i...->...", [3, 2], [3, 1]),
    contraction("...i,...i", [2, 4], [1, 4]),
    contraction("ij,ij->ij", [2, 1], [2, 3]),
    contraction("ii->i", [3, 3]),
    contraction("ii", [3, 3]),
    contraction("bii,bi->b", [2, 3, 3], [2, 3]),
    contraction("iji->j", [3, 2, 3]),
    contraction("aB,Ba->aB", [2, 3], [3, 2]),
  ],
} satisfies Record<string, readonly OperatorCase[]>;
