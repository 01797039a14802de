import { tensor, tensorFrom } from "@modelwright/engine";
import { expect, test } from "vitest";
import { RowGradient } from "./row-gradient.ts";

test("a row gradient holds the sum of the last step's rows and zeros elsewhere", () => {
  const gradient = tensor("float32", [4, 2], new Float32Array(8));
  const rowGradient = new RowGradient("table", gradient);
  const step = (indices: readonly number[], rows: readonly number[]) => {
    const [rowsName, indicesName] = rowGradient.outputs;
    rowGradient.set({
      [rowsName]: tensorFrom("float32", [indices.length, 2], rows),
      [indicesName]: tensorFrom("int32", [indices.length], indices),
    });
    return Array.from(gradient.data);
  };
  expect(step([1, 3, 1], [1, 2, 3, 4, 5, 6])).toEqual([0, 0, 6, 8, 0, 0, 3, 4]);
  expect(step([-1, 0], [Number.NaN, 1, 2, 3])).toEqual([2, 3, 0, 0, 0, 0, Number.NaN, 1]);
  expect(step([2], [7, 8])).toEqual([0, 0, 0, 0, 7, 8, 0, 0]);
});
