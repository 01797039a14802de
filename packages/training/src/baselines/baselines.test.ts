import { measureClassification, predictedClasses } from "@modelwright/evaluation";
import { describe, expect, test } from "vitest";
import { majorityBaseline } from "./majority.ts";

describe("majorityBaseline", () => {
  test("gives every row the shares of the training labels", () => {
    const outcome = majorityBaseline(["a", "b", "c"], Int32Array.of(1, 1, 0, 1), Int32Array.of(0, 1, 2));
    expect([...outcome.probabilities]).toEqual([0.25, 0.75, 0, 0.25, 0.75, 0, 0.25, 0.75, 0]);
    expect([...predictedClasses(outcome)]).toEqual([1, 1, 1]);
    expect(measureClassification(outcome).accuracy).toBeCloseTo(1 / 3, 12);
  });
});
