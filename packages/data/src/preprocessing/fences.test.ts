import { expect, test } from "vitest";
import type { Column, Frame } from "../frames/frame.ts";
import { fencesOf } from "./fences.ts";
import { fitFeatures } from "./fit-features.ts";

const NINE_AND_ONE = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 100);

// By hand: quartiles 3.25 and 7.75; mean 14.5, deviation of the sample √(8182.5 / 9).
test.each([
  [{ by: "iqr" }, -3.5, 14.5],
  [{ by: "iqr", beyond: 2 }, -5.75, 16.75],
  [{ by: "z-score", beyond: 1 }, 14.5 - Math.sqrt(8182.5 / 9), 14.5 + Math.sqrt(8182.5 / 9)],
] as const)("fences stand where they are asked for: %j", (settings, low, high) => {
  const found = fencesOf(NINE_AND_ONE, settings)!;
  expect(found.low).toBeCloseTo(low, 10);
  expect(found.high).toBeCloseTo(high, 10);
});

test("nothing lies far where those in the middle are equal, or there is no value", () => {
  expect(fencesOf(Float64Array.of(0, 0, 0, 0, 0, 0, 0, 50, 900), { by: "iqr" })).toBeUndefined();
  expect(fencesOf(Float64Array.of(), { by: "z-score" })).toBeUndefined();
});

test("what lies beyond goes to the fence or the quantile, is counted, and what is missing stays so", () => {
  const column: Column = { kind: "number", name: "x", values: Float64Array.of(...NINE_AND_ONE, Number.NaN) };
  const frame: Frame = { rows: 11, columns: [column] };
  const fit = (cure: "clip" | "winsorise") =>
    fitFeatures(frame, { preset: "forTrees", columns: { x: { outliers: { cure, by: "iqr" } } } });
  const clipped = fit("clip");
  expect([...clipped.apply(frame)]).toEqual([...NINE_AND_ONE.with(9, 14.5), Number.NaN]);
  expect(clipped.words[0]!.words).toBe("the number, clipped to −3.5 … 14.5 (1 in training)");
  const { words } = fit("winsorise");
  expect(words[0]!.words).toBe("the number, winsorised to 1.09 … 91.81 (2 in training)");
});

test("of a column in which half are equal none is clipped", () => {
  const values = Float64Array.of(0, 0, 0, 0, 0, 0, 0, 50, 900);
  const frame: Frame = { rows: 9, columns: [{ kind: "number", name: "x", values }] };
  const fitted = fitFeatures(frame, { preset: "forTrees", columns: { x: { outliers: { cure: "clip", by: "iqr" } } } });
  expect([...fitted.apply(frame)]).toEqual([...values]);
  expect(fitted.words[0]!.words).toBe("the number");
});
