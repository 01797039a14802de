import { tensorFrom } from "@modelwright/engine";
import { expect, test } from "vitest";
import { accuracy, bestClasses } from "./accuracy.ts";

const scores = tensorFrom("float32", [4, 3], [0.1, 2, 0.3, -1, -2, -3, 5, 5, 1, 0, 0, 1]);

test("the class of the greatest score, of equals the first", () => {
  expect([...bestClasses(scores)]).toEqual([1, 0, 0, 2]);
});

test("three of four labels are those of the greatest scores", () => {
  expect(accuracy(scores, tensorFrom("int64", [4], [1, 0, 2, 2]))).toBe(0.75);
});

test("refuses no rows, and labels of another number", () => {
  expect(() => accuracy(tensorFrom("float32", [0, 3], []), tensorFrom("int64", [0], []))).toThrow("accuracy");
  expect(() => accuracy(scores, tensorFrom("int64", [3], [1, 0, 2]))).toThrow("3");
});
