import { expect, test } from "vitest";
import { type Frame, joinRows, takeRows } from "./frame.ts";

const frame: Frame = {
  rows: 3,
  columns: [
    { kind: "number", name: "n", values: Float64Array.of(1, 2, 3), unit: "$" },
    { kind: "category", name: "c", codes: Int32Array.of(0, -1, 1), categories: ["a", "b"] },
    { kind: "date", name: "d", values: Float64Array.of(0, Number.NaN, 5) },
    { kind: "text", name: "t", values: ["x", "", "z"] },
  ],
};

test("rows are taken in any order, and again", () => {
  expect(takeRows(frame, Int32Array.of(2, 0, 2))).toEqual({
    rows: 3,
    columns: [
      { kind: "number", name: "n", values: Float64Array.of(3, 1, 3), unit: "$" },
      { kind: "category", name: "c", codes: Int32Array.of(1, 0, 1), categories: ["a", "b"] },
      { kind: "date", name: "d", values: Float64Array.of(5, 0, 5) },
      { kind: "text", name: "t", values: ["z", "x", "z"] },
    ],
  });
});

test("rows of two frames of a table are joined to what was taken of it at once", () => {
  const [first, second] = [takeRows(frame, Int32Array.of(2, 0)), takeRows(frame, Int32Array.of(1, 1, 2))];
  expect(joinRows(first, second)).toEqual(takeRows(frame, Int32Array.of(2, 0, 1, 1, 2)));
});
