import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binCount, encodeColumn, makeBins, numberBins } from "./bins.ts";

const float32 = fc.float({ noNaN: true });
const ascending = (values: readonly number[]) => Float32Array.from(values).sort();

function codesOf(values: readonly number[], bins: ReturnType<typeof makeBins>): Uint8Array {
  const codes = new Uint8Array(values.length);
  encodeColumn(Float32Array.from(values), bins, codes);
  return codes;
}

describe("numberBins", () => {
  test("few numbers have a bin each, with borders in the middle", () => {
    expect(numberBins(ascending([1, 1, 2, 4]), 255)).toEqual(Float32Array.of(1.5, 3, Number.POSITIVE_INFINITY));
    expect(numberBins(new Float32Array(0), 255)).toEqual(Float32Array.of(Number.POSITIVE_INFINITY));
  });

  test("bins of many numbers hold about equally many rows; a frequent number has its own", () => {
    const values = [...Array.from({ length: 1000 }, (_, i) => i), ...new Array<number>(1000).fill(500)];
    const uppers = numberBins(ascending(values), 11);
    const counts = new Array<number>(uppers.length).fill(0);
    for (const value of values) counts[uppers.findIndex((upper) => value <= upper)]!++;
    expect(counts.length).toBe(11);
    expect(counts.filter((count) => count > 900)).toEqual([1001]);
    expect(Math.max(...counts.filter((count) => count < 900))).toBeLessThan(130);
  });

  test("every border lies from the last number of its bin on, and below the next one, infinities and neighbours included", () => {
    const odd = fc.constantFrom(
      0,
      -0,
      1,
      1 + 2 ** -23,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      3.4e38,
      -3.4e38,
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(float32, odd), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 2, max: 255 }),
        (values, most) => {
          const uppers = numberBins(ascending(values), most);
          expect(uppers.length).toBeLessThanOrEqual(most);
          expect(uppers.at(-1)).toBe(Number.POSITIVE_INFINITY);
          const codes = codesOf(values, { kind: "number", uppers });
          for (const [i, value] of values.entries()) {
            const code = codes[i]!;
            expect(Math.fround(value) <= uppers[code]!).toBe(true);
            if (code > 0) expect(Math.fround(value) > uppers[code - 1]!).toBe(true);
          }
          // Equally many bins as were wanted are used, where there are enough numbers.
          const distinct = new Set(ascending(values).map((value) => value + 0)).size;
          if (distinct <= most) expect(new Set(codes).size).toBe(distinct);
        },
      ),
    );
  });
});

describe("makeBins", () => {
  test("categories are numbered by how frequent they are; behind them are the unknown and the missing", () => {
    const values = Float32Array.of(4, 2, 2, 0, Number.NaN, 0, 2);
    const bins = makeBins({ name: "k", values, categories: 6 }, { bins: 255, seed: 0 });
    expect(bins).toEqual({ kind: "category", categories: Int32Array.of(2, 0, 4) });
    expect(binCount(bins)).toBe(5);
    expect([...codesOf([2, 0, 4, 5, Number.NaN], bins)]).toEqual([0, 1, 2, 3, 4]);
  });

  test("more categories than codes share the bin of the unknown", () => {
    const values = Float32Array.from({ length: 1000 }, (_, row) => Math.min(row, 299));
    const bins = makeBins({ name: "k", values, categories: 300 }, { bins: 255, seed: 0 });
    expect(binCount(bins)).toBe(256);
    expect([...codesOf([299, 0, 280, Number.NaN], bins)]).toEqual([0, 1, 254, 255]);
  });

  test("quantiles of very many rows are told by some", () => {
    const values = Float32Array.from({ length: 300_000 }, (_, row) => (row * 7919) % 300_000);
    const bins = makeBins({ name: "x", values }, { bins: 100, seed: 3 });
    if (bins.kind !== "number") throw new Error("numbers have number bins");
    for (const [i, upper] of bins.uppers.slice(0, -1).entries())
      expect(Math.abs(upper / 3000 - (i + 1))).toBeLessThan(0.7);
  });
});
