import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Frame } from "../frames/frame.ts";
import { fitFeatures } from "./fit-features.ts";
import { FittedFeatures } from "./fitted-features.ts";
import { frameFeeds } from "./frame-feeds.ts";
import { rowsFrame } from "./rows-frame.ts";
import { interpretFeatures, runFeatures } from "./testing/run-features.ts";

const frame: Frame = {
  rows: 4,
  columns: [
    { kind: "number", name: "age", values: Float64Array.of(31, Number.NaN, 0.1, -4) },
    { kind: "category", name: "plan", codes: Int32Array.of(1, 0, -1, 1), categories: ["year", "month"] },
    { kind: "number", name: "always", values: Float64Array.of(1, 1, 1, 1) },
  ],
};
const f = Math.fround;

describe("features of numbers and categories", () => {
  const fitted = fitFeatures(frame, { preset: "forTrees" });

  test("are numbers and codes, and constant columns are left out", () => {
    expect(fitted.inputs.map(({ name }) => name)).toEqual(["age", "plan"]);
    expect(fitted.features).toEqual([
      { name: "age", from: "age" },
      { name: "plan", from: "plan", categories: 3 },
    ]);
    // Sorted: month, year; then what is new.
    expect(fitted.apply(frame)).toEqual(Float32Array.of(31, 0, Number.NaN, 1, f(0.1), Number.NaN, -4, 0));
  });

  test("give new categories a code of their own", () => {
    const rows = rowsFrame(fitted.inputs, [
      { age: 1e300, plan: "week", extra: 1 },
      { age: null, plan: null },
    ]);
    expect(fitted.apply(rows)).toEqual(Float32Array.of(Number.POSITIVE_INFINITY, 2, Number.NaN, Number.NaN));
  });

  test("come back from JSON the same", () => {
    const again = new FittedFeatures(JSON.parse(JSON.stringify(fitted)));
    expect(again.features).toEqual(fitted.features);
    expect(again.apply(frame)).toEqual(fitted.apply(frame));
  });

  test("are refused new categories where the settings say so", () => {
    const strict = fitFeatures(frame, { preset: "forTrees", unknown: "refuse" });
    expect(strict.features[1]!.categories).toBe(2);
    const rows = rowsFrame(strict.inputs, [
      { age: 1, plan: "month" },
      { age: 1, plan: "week" },
    ]);
    expect(() => frameFeeds(strict.inputs, rows)).toThrow(
      'row 2: "plan" has the category "week"; known are "month" and "year"',
    );
  });

  test("name a column that is not given, and a value that is none", () => {
    expect(() => rowsFrame(fitted.inputs, [{ age: 1 }])).toThrow('row 1 has no column "plan"; it has "age"');
    expect(() => rowsFrame(fitted.inputs, [{ age: "old", plan: "month" }])).toThrow(
      'row 1: "age" must be a number, got "old"',
    );
  });
});

const oddNumbers = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e300, 5e-324),
);
const oddTexts = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("year", "", "🎉", "a\0b", "\0", " month"));

test("compiled features equal applied ones on odd values, bit by bit", async () => {
  const fitted = fitFeatures(frame, { preset: "forNetworks" });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ age: oddNumbers, plan: oddTexts }), { minLength: 1 }), async (items) => {
      const rows: Frame = {
        rows: items.length,
        columns: [
          { kind: "number", name: "age", values: Float64Array.from(items, ({ age }) => age) },
          ...rowsFrame(fitted.inputs.slice(1), items).columns,
        ],
      };
      const applied = fitted.apply(rows);
      expect(interpretFeatures(fitted, rows)).toEqual(applied);
      expect(await runFeatures(fitted, rows)).toEqual(applied);
    }),
    { numRuns: 30 },
  );
});
