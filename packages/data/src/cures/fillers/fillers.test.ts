import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { RowColumn } from "./filler.ts";
import { heldOut } from "./held-out.ts";
import { nearestRows } from "./nearest-rows.ts";
import { predictedValues } from "./predicted-values.ts";

type Values = readonly (number | null)[];
const fixture = JSON.parse(readFileSync(new URL("../../../fixtures/fillers.json", import.meta.url), "utf8")) as {
  numbers: readonly Values[];
  filled: Readonly<Record<string, readonly Values[]>>;
  codes: Values;
  targets: Readonly<Record<string, { values: Values; told: Values; levels?: number }>>;
};

const numbersOf = (values: Values) => Float64Array.from(values, (value) => value ?? Number.NaN);
const some = ({ values, levels }: RowColumn, wanted: (row: number) => boolean): RowColumn => ({
  values: values.filter((_, row) => wanted(row)),
  levels,
});
const columns: readonly RowColumn[] = fixture.numbers.map((values) => ({ values: numbersOf(values) }));

test.each([1, 5])("%d nearest rows put in what KNNImputer does", (neighbours) => {
  let filled = 0;
  for (const [at, target] of columns.entries()) {
    const others = columns.filter((column) => column !== target);
    const isKnown = (row: number) => !Number.isNaN(target.values[row]);
    const tell = nearestRows(neighbours)(
      others.map((each) => some(each, isKnown)),
      some(target, isKnown),
    );
    const told = tell(others.map((each) => some(each, (row) => !isKnown(row))));
    const expected = numbersOf(fixture.filled[neighbours]![at]!).filter((_, row) => !isKnown(row));
    for (const [i, value] of told.entries()) expect(value).toBeCloseTo(expected[i]!, 10);
    filled += told.length;
  }
  expect(filled).toBeGreaterThan(40);
});

test.each(Object.entries(fixture.targets))("%s is predicted as by Ridge and RidgeClassifier", (_, target) => {
  const inputs = [...columns.slice(1), { values: numbersOf(fixture.codes), levels: 3 }];
  const rows = (wanted: (row: number) => boolean) => inputs.map((each) => some(each, wanted));
  const known = { values: numbersOf(target.values).subarray(0, 60), levels: target.levels };
  const told = predictedValues(
    rows((row) => row < 60),
    known,
  )(rows((row) => row >= 60));
  for (const [i, value] of told.entries()) expect(value).toBeCloseTo(target.told[i]!, 9);
  expect(told).toHaveLength(20);
});

test("categories come from the most frequent of the nearest rows, of equally frequent ones from the nearest", () => {
  const place = { values: Float64Array.of(0, 1, 2, 10, 11) };
  const target = { values: Float64Array.of(1, 0, 1, 2, 2), levels: 3 };
  const asked = [{ values: Float64Array.of(0.4, 9, Number.NaN) }];
  expect([...nearestRows(3)([place], target)(asked)]).toEqual([1, 2, 1]);
  expect([...nearestRows(2)([place], target)(asked)]).toEqual([1, 2, 1]);
});

test("categories that differ are as far as two numbers that differ by the root of two", () => {
  const donors = [{ values: Float64Array.of(0, 0, 3) }, { values: Float64Array.of(0, 1, 0), levels: 2 }];
  const target = { values: Float64Array.of(10, 20, 30) };
  const tell = nearestRows(1)(donors, target);
  const ask = (number: number, code: number) =>
    tell([{ values: Float64Array.of(number) }, { values: Float64Array.of(code), levels: 2 }])[0];
  expect(ask(0, 1)).toBe(20);
  // 1.5² for the number against 1.5² and 2 more for the category.
  expect(ask(1.6, 0)).toBe(30);
  expect(ask(1.4, 1)).toBe(20);
  // A rare value is like none: 0 + 2, 0 + 2, 1 + 2.
  expect(ask(0, -1)).toBe(10);
});

test("a row that has nothing in common with any gets the mean", () => {
  const tell = nearestRows(1)([{ values: Float64Array.of(1, Number.NaN) }], { values: Float64Array.of(10, 20) });
  expect([...tell([{ values: Float64Array.of(Number.NaN) }])]).toEqual([15]);
});

test("both tell nothing beyond the values that there are", () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const row = fc.tuple(value, fc.constantFrom(Number.NaN, 0, 1, -1), value);
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), fc.array(row, { minLength: 1 }), (known, asked) => {
      const inputs = (rows: typeof known) => [
        { values: Float64Array.from(rows, ([number]) => number / 1e3) },
        { values: Float64Array.from(rows, ([, code]) => code), levels: 2 },
      ];
      const values = Float64Array.from(known, ([, , target]) => target);
      for (const filler of [nearestRows(3), predictedValues]) {
        for (const told of filler(inputs(known), { values })(inputs(asked))) {
          expect(told).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6);
          expect(told).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
        }
      }
    }),
  );
});

test("rows held out show whether the others tell anything", () => {
  const rows = 400;
  const noise = (row: number) =>
    Math.sin(row * 12.9898) * 43758.5453 - Math.floor(Math.sin(row * 12.9898) * 43758.5453);
  const x = { values: Float64Array.from({ length: rows }, (_, row) => noise(row) * 3) };
  const line = { values: x.values.map((value, row) => 2 * value + 0.5 * noise(row + 1000)) };
  const apart = { values: x.values.map((_, row) => noise(row + 5000)) };
  for (const filler of [nearestRows(5), predictedValues]) {
    expect(heldOut(filler, [x], line)).toMatchObject({ rows: 80, isBetter: true });
    expect(heldOut(filler, [x], line)!.score).toBeGreaterThan(0.9);
    expect(heldOut(filler, [x], apart)).toMatchObject({ isBetter: false });
    expect(heldOut(filler, [x], apart)!.score).toBeLessThan(0.05);
    const halves = { values: x.values.map((value) => Number(value > 1)), levels: 2 };
    const told = heldOut(filler, [x], halves)!;
    expect(told.score).toBeGreaterThan(0.85);
    expect(told.plain).toBeCloseTo(halves.values.filter((code, row) => row % 5 === 0 && code === 1).length / 80, 12);
    expect(told.isBetter).toBe(true);
  }
  expect(
    heldOut(predictedValues, [{ values: x.values.slice(0, 90) }], { values: line.values.slice(0, 90) }),
  ).toBeUndefined();
});
