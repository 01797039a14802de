import { expect, test } from "vitest";
import type { TokenReader } from "../generation/rows/token-rows.ts";
import { scoreRows } from "./score-rows.ts";

const PROBABILITIES = [0.5, 0.25, 0.125, 0.125];

/** Says the same behind every token: likelier ones first. */
const reader: TokenReader = {
  maxLength: 8,
  begin: () => Promise.reject(new Error("nothing is written here")),
  scoreAll: async (rows) => {
    for (const row of rows) expect(row.length).toBeLessThanOrEqual(8);
    return () => Float32Array.from(PROBABILITIES, (p) => Math.log(p) + 5);
  },
  release: () => {},
};

test("sums cross-entropies over the tokens that count, row by row, in their order", async () => {
  const rows = [
    { ids: Int32Array.of(3, 0, 1, 2), predicted: Uint8Array.of(0, 0, 1, 1) },
    { ids: Int32Array.of(2, 0), predicted: Uint8Array.of(1, 1) },
    { ids: Int32Array.of(1, 1, 1), predicted: Uint8Array.of(0, 0, 0) },
  ];
  const told: number[] = [];
  const scores = await scoreRows(reader, rows, { vocabularySize: 4, onProgress: (done) => told.push(done) });
  expect(scores.map(({ tokens, right }) => ({ tokens, right }))).toEqual([
    { tokens: 2, right: 0 },
    { tokens: 1, right: 1 },
    { tokens: 0, right: 0 },
  ]);
  // In nats: a quarter and an eighth; a half. The first token of a row has nothing before it.
  expect(scores[0]!.loss).toBeCloseTo(5 * Math.LN2, 5);
  expect(scores[1]!.loss).toBeCloseTo(Math.LN2, 5);
  expect(told.at(-1)).toBe(3);
});
