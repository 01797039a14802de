import { RandomSource } from "@modelwright/engine";
import { expect, test } from "vitest";
import { maskTokens } from "./mask-tokens.ts";

const special = new Set([0, 1, 2]);
const options = { maskId: 2, special, vocabularySize: 1000 };
const row = () => Int32Array.from({ length: 100 }, (_, at) => (at === 0 || at === 99 ? 1 : 3 + ((at * 7) % 900)));

test("predicts 15 %, of which 80 % are masked, 10 % random and 10 % kept", () => {
  const counts = { masked: 0, kept: 0, random: 0 };
  const random = RandomSource.fromSeed(1);
  for (let pass = 0; pass < 2000; pass++) {
    const [ids, before] = [row(), row()];
    const { positions, labels } = maskTokens(ids, { ...options, random: random.stream(pass) });
    expect(positions).toHaveLength(15); // of 98 that are not special
    expect([...labels]).toEqual(Array.from(positions, (at) => before[at]));
    expect([...positions]).toEqual([...positions].toSorted((a, b) => a - b));
    for (const at of positions) counts[ids[at] === 2 ? "masked" : ids[at] === before[at] ? "kept" : "random"]++;
    for (const at of positions) before[at] = ids[at]!;
    expect(ids).toEqual(before);
  }
  // Four standard deviations of 30,000 draws.
  expect(Math.abs(counts.masked / 30_000 - 0.8)).toBeLessThan(0.0093);
  expect(Math.abs(counts.random / 30_000 - 0.1)).toBeLessThan(0.007);
});

test("never predicts a special token nor puts one in, and predicts at least one token", () => {
  for (let seed = 0; seed < 200; seed++) {
    const ids = Int32Array.of(1, 5, 1);
    const { positions, labels } = maskTokens(ids, {
      ...options,
      vocabularySize: 6,
      random: RandomSource.fromSeed(seed),
    });
    expect([[...positions], [...labels]]).toEqual([[1], [5]]);
    expect([2, 3, 4, 5]).toContain(ids[1]);
  }
});
