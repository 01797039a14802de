import { RandomSource } from "@modelwright/engine";
import { expect, test } from "vitest";
import { maskPair, pairTensors } from "./masked-pairs.ts";

const tokens = { pad: 0, cls: 1, sep: 2, mask: 3, special: new Set([0, 1, 2, 3]) };
const numbers = (tensor: { data: ArrayLike<unknown> }) => Array.from(tensor.data, Number);

test("a pair stands between its tokens, and what was masked is known", () => {
  const pair = { first: Int32Array.of(10, 11), second: Int32Array.of(12, 13, 14), isNext: true, document: 0 };
  for (let seed = 0; seed < 50; seed++) {
    const masked = maskPair(pair, { tokens, vocabularySize: 20, random: RandomSource.fromSeed(seed) });
    expect(masked).toMatchObject({ secondAt: 4, isNext: true });
    const original = [1, 10, 11, 2, 12, 13, 14, 2];
    for (const [i, at] of masked.positions.entries()) expect(masked.labels[i]).toBe(original[at]);
    const restored = masked.ids.slice();
    for (const [i, at] of masked.positions.entries()) restored[at] = masked.labels[i]!;
    expect([...restored]).toEqual(original);
    expect(masked.positions.length).toBe(1);
  }
});

test("pairs are padded to a multiple of eight, with a mask and the type of each token", () => {
  const rows = [
    { ids: Int32Array.of(1, 10, 2, 11, 2), secondAt: 3 },
    { ids: Int32Array.of(1, 10, 11, 12, 2, 13, 14, 15, 2), secondAt: 5 },
  ];
  const inputs = pairTensors(rows, tokens);
  expect(inputs.input_ids.shape).toEqual([2, 16]);
  expect(numbers(inputs.input_ids)).toEqual([
    ...[1, 10, 2, 11, 2, ...Array(11).fill(0)],
    ...[1, 10, 11, 12, 2, 13, 14, 15, 2, ...Array(7).fill(0)],
  ]);
  expect(numbers(inputs.attention_mask)).toEqual([
    ...[...Array(5).fill(1), ...Array(11).fill(0)],
    ...[...Array(9).fill(1), ...Array(7).fill(0)],
  ]);
  expect(numbers(inputs.token_type_ids)).toEqual([
    ...[0, 0, 0, 1, 1, ...Array(11).fill(0)],
    ...[...Array(5).fill(0), ...Array(4).fill(1), ...Array(7).fill(0)],
  ]);
});
