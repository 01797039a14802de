import { UNITS, type Unit } from "@modelwright/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { converted, quantityOf, unitNamed } from "../cures/units.ts";
import { cleanCsv } from "./testing/clean-csv.ts";

// NIST SP 811, appendix B, and definitions.
test.each([
  [1, "lb", "kg", 0.45359237],
  [500, "g", "kg", 0.5],
  [3, "oz", "g", 85.048569375],
  [2, "斤", "kg", 1],
  [1, "mi", "km", 1.609344],
  [6, "ft", "cm", 182.88],
  [90, "min", "h", 1.5],
  [2, "d", "h", 48],
  [212, "°F", "°C", 100],
  [-40, "°C", "°F", -40],
  [300, "K", "°C", 26.85],
  [1.5, "GiB", "MiB", 1536],
  [1, "GB", "MB", 1000],
] as const)("%d %s is so many %s: %d", (value, from, to, expected) => {
  expect(converted(value, { from, to })).toBe(expected);
});

test("units are known by their names, in either case where one is meant", () => {
  expect(unitNamed("公斤", "mass")).toBe("kg");
  expect(unitNamed("KG", "mass")).toBe("kg");
  expect(unitNamed("Lbs", "mass")).toBe("lb");
  expect(unitNamed("M", "length")).toBe("m");
  expect(unitNamed("min", "length")).toBeUndefined();
  for (const unit of Object.values(UNITS).flat()) expect(unitNamed(unit, quantityOf(unit)), unit).toBe(unit);
});

test("there and back is the same number", () => {
  const units = fc
    .constantFrom(...Object.values(UNITS))
    .chain((same: readonly Unit[]) => fc.tuple(fc.constantFrom(...same), fc.constantFrom(...same)));
  fc.assert(
    fc.property(units, fc.integer({ min: -10_000, max: 10_000 }), ([from, to], value) => {
      const back = converted(converted(value, { from, to }), { from: to, to: from });
      expect(Math.abs(back - value)).toBeLessThanOrEqual(1e-8 * Math.max(500, Math.abs(value)));
    }),
  );
});

const WEIGHTS = ["id,weight", "1,70 kg", "2,154.5 lb", "3,68000 g", "4,NA", "5,81", "6,heavy", "7,66公斤", "8,59 kg"];

test("numbers of several units are written in one, then cured as numbers", async () => {
  const csv = WEIGHTS.join("\n");
  const { written, steps } = await cleanCsv(csv, { columns: { weight: { unit: "kg", missing: { constant: 0 } } } });
  expect(written.map(([, weight]) => Number(weight))).toEqual([70, 70.080021165, 68, 0, 81, 0, 66, 59]);
  expect(steps.map(({ cure, detail, rows }) => [cure, detail, rows])).toEqual([
    ["unit", "kg, written as kg, lb, g, no unit", 3],
    ["unit", 'no mass, missing from now on: "heavy"', 1],
    ["missing", "constant 0", 2],
  ]);
});

test.each([
  ["day-first", ["2026-02-01", "2026-01-31", "2026-03-02", "2026-01-05", ""]],
  ["month-first", ["2026-01-02", "", "2026-03-02", "2026-01-05", ""]],
] as const)("dates in several spellings, %s", async (dates, expected) => {
  const csv = ["id,day", "1,01/02/2026", "2,31/01/2026", "3,2026-03-02", "4,5 Jan 2026", "5,soon"].join("\n");
  const { written, steps } = await cleanCsv(csv, { columns: { day: { dates } } });
  expect(written.map(([, day]) => day ?? "")).toEqual(expected);
  expect(steps[0]).toMatchObject({ column: "day", cure: "dates" });
  expect(steps[1]!.detail).toContain("no date, missing from now on");
});

test.each([
  [{ columns: { weight: { unit: "stone" } } }, 'columns.weight.unit: must be one of "µg"'],
  [
    { columns: { weight: { unit: "kg", dates: "day-first" } } },
    "columns.weight.dates: must be left out where there is a unit",
  ],
  [
    { columns: { weight: { unit: "h" } } },
    "columns.weight.unit: needs values that are a time; none of the column is one, such as",
  ],
  [{ numbers: { unit: "kg" } }, "numbers.unit: not a recipe key"],
  [
    { columns: { weight: { unit: "kg", text: ["spaces"] } } },
    'columns.weight.text: is for texts and categories; "weight" is a number',
  ],
] as const)("%j is refused", async (cures, message) => {
  const csv = WEIGHTS.filter((row) => !row.includes("81")).join("\n");
  await expect(cleanCsv(csv, cures)).rejects.toThrow(message);
});
