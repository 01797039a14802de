import { expect, test } from "vitest";
import { unigramBaseline } from "./unigram.ts";

test("a token is predicted as often as it occurred, once more than that, and the likeliest one always", () => {
  // Counts 3, 1, 0, each plus one: 4, 2, 1 of 7.
  const train = [Int32Array.of(0, 0, 1), Int32Array.of(0)];
  const [first, second] = unigramBaseline({
    vocabularySize: 3,
    train,
    targets: [Int32Array.of(0, 2), Int32Array.of(1, 1, 0)],
  });
  expect(first).toMatchObject({ tokens: 2, right: 1 });
  expect(first!.loss).toBeCloseTo(-Math.log((4 / 7) * (1 / 7)), 12);
  expect(second).toMatchObject({ tokens: 3, right: 1 });
  expect(second!.loss).toBeCloseTo(-Math.log((2 / 7) * (2 / 7) * (4 / 7)), 12);
});
