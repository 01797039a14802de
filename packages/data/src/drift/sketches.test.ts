import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeSketches, type Observed, sketchLike, sketchReference } from "./sketches.ts";

const number = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -50, max: 50 }) }, fc.constant(Number.NaN));
const name = fc.oneof({ weight: 9, arbitrary: fc.constantFrom("a", "b", "c", "__proto__") }, fc.constant(null));
const vector = fc.oneof(
  { weight: 9, arbitrary: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 2 }) },
  fc.constant(null),
);
const rows = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: 1, maxLength: 40 });

/** Reference, and two parts of what comes later. */
const columns: fc.Arbitrary<readonly [Observed, Observed, Observed]> = fc.oneof(
  fc.tuple(rows(number), rows(number), rows(number)).map((all) => all.map((values) => ({ kind: "number", values }))),
  fc.tuple(rows(name), rows(name), rows(name)).map((all) => all.map((values) => ({ kind: "category", values }))),
  fc
    .tuple(rows(vector.filter((each) => each !== null)), rows(vector), rows(vector))
    .map((all) => all.map((values) => ({ kind: "vector", values }))),
) as never;

const keysOf = (prefix: string, { values }: Observed) =>
  Array.from(values as ArrayLike<unknown>, (_, i) => `${prefix}${i}`);
const joined = (a: Observed, b: Observed) =>
  ({ kind: a.kind, values: [...(a.values as unknown[]), ...(b.values as unknown[])] }) as Observed;

/** Samples of a few rows, so that most rows are left out of them. */
const small = (layout: ReturnType<typeof sketchReference>, observed: Observed, keys: string[]) =>
  sketchLike(layout, observed, { keys });

describe("sketches of parts", () => {
  test("come to the sketch of the whole, in either order", () => {
    fc.assert(
      fc.property(columns, ([reference, a, b]) => {
        const layout = sketchReference(reference);
        const [keysA, keysB] = [keysOf("a", a), keysOf("b", b)];
        const [left, right] = [small(layout, a, keysA), small(layout, b, keysB)];
        const whole = small(layout, joined(a, b), [...keysA, ...keysB]);
        for (const merged of [mergeSketches(left, right), mergeSketches(right, left)]) {
          if (whole.kind !== "vector" || merged.kind !== "vector") expect(merged).toEqual(whole);
          else {
            expect({ ...merged, mean: [] }).toEqual({ ...whole, mean: [] });
            for (const [i, value] of whole.mean.entries()) expect(merged.mean[i]).toBeCloseTo(value, 10);
          }
        }
      }),
    );
  });

  test("keep the same thousand rows whatever the parts", () => {
    const values = Float64Array.from({ length: 5000 }, (_, i) => (i * 7919) % 5000);
    const layout = sketchReference({ kind: "number", values });
    const sketchOf = (from: number, to: number) =>
      sketchLike(
        layout,
        { kind: "number", values: values.slice(from, to) },
        { keys: Array.from({ length: to - from }, (_, i) => from + i) },
      );
    const whole = sketchOf(0, 5000);
    expect(mergeSketches(mergeSketches(sketchOf(0, 100), sketchOf(100, 3000)), sketchOf(3000, 5000))).toEqual(whole);
    if (whole.kind !== "number") throw new Error("a sketch of numbers is one");
    expect(whole.counts).toEqual(new Array(10).fill(500));
    expect(whole.sample.values).toHaveLength(1000);
    // As a draw is: its mean within four standard errors of 2,499.5.
    const mean = whole.sample.values.reduce((sum, value) => sum + value, 0) / 1000;
    expect(Math.abs(mean - 2499.5)).toBeLessThan((4 * 5000) / Math.sqrt(12 * 1000));
  });
});

test("intervals come from the reference alone, hold their upper edge, and are open at both ends", () => {
  const layout = sketchReference({ kind: "number", values: Array.from({ length: 101 }, (_, i) => i) });
  const window = sketchLike(layout, { kind: "number", values: [-1e9, 10, 10.5, 95, 1e9, Number.NaN] });
  expect(window).toMatchObject({ edges: [10, 20, 30, 40, 50, 60, 70, 80, 90], missing: 1 });
  expect(window).toMatchObject({ counts: [2, 1, 0, 0, 0, 0, 0, 0, 0, 2] });
});

test("categories that the reference does not name are counted together", () => {
  const layout = sketchReference({ kind: "category", values: ["x", "x", "y", null] });
  const window = sketchLike(layout, { kind: "category", values: ["y", "new", "newer", null] });
  expect(window).toEqual({
    kind: "category",
    counts: [
      ["x", 0],
      ["y", 1],
    ],
    other: 2,
    unnamed: [
      ["new", 1],
      ["newer", 1],
    ],
    missing: 1,
  });
});
