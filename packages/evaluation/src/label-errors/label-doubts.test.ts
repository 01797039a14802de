import { expect, test } from "vitest";
import { classDoubts, labelSetDoubts } from "./label-doubts.ts";

test("ranks labels by the probability that they have, the least first, and says which one would rather stand there", () => {
  const outcome = {
    labels: ["a", "b", "c"],
    actual: Int32Array.of(0, 1, 2, 0),
    probabilities: Float64Array.of(0.7, 0.2, 0.1, 0.9, 0.05, 0.05, 0.2, 0.3, 0.5, 0.5, 0.1, 0.4),
  };
  const doubts = classDoubts(outcome as unknown as Parameters<typeof classDoubts>[0]);
  expect(doubts.map(({ unit, given, suggested, score }) => [unit, given, suggested, score])).toEqual([
    [1, "b", "a", 0.05],
    [2, "c", "b", 0.5],
    [3, "a", "c", 0.5],
    [0, "a", "b", 0.7],
  ]);
});

test("asks of several labels whether the row has each, and of the missing ones too", () => {
  const outcome = {
    labels: ["x", "y"],
    actual: Uint8Array.of(1, 0, 0, 0),
    probabilities: Float64Array.of(0.2, 0.1, 0.3, 0.9),
  };
  const doubts = labelSetDoubts(outcome as unknown as Parameters<typeof labelSetDoubts>[0]);
  expect(doubts.slice(0, 2).map(({ unit, given, suggested }) => [unit, given, suggested])).toEqual([
    [1, 'without "y"', '"y"'],
    [0, '"x"', 'without "x"'],
  ]);
  expect(doubts.map(({ score }) => Number(score.toFixed(6)))).toEqual([0.1, 0.2, 0.7, 0.9]);
});
