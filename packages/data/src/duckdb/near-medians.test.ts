import fc from "fast-check";
import { expect, test } from "vitest";
import { nearMedians } from "./near-medians.ts";
import { openDuckDb } from "./open-duckdb.ts";

const number = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ noNaN: true, noDefaultInfinity: true }));

test("a median is exact, or said not to be where it was looked for", async () => {
  const database = await openDuckDb({ purpose: "a test" });
  const ask = async (selected: readonly string[]) => {
    for await (const [row] of database.rows(`SELECT ${selected.join(", ")} FROM t`)) return row!;
    return [];
  };
  let told = 0;
  const others = fc.array(number, { minLength: 3, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.array(number, { maxLength: 40 }), others, async (values, about) => {
      await database.run("CREATE OR REPLACE TABLE t (v DOUBLE)");
      await database.append(
        "t",
        [...values, null].map((value) => [value]),
      );
      const sorted = values.toSorted((a, b) => a - b);
      const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
      const [p25, p50, p75] = about.toSorted((a, b) => a - b) as [number, number, number];
      // Of the values themselves, as they mostly are, and of others.
      const own = { p1: at(0), p25: at(0.25), p50: at(0.5), p75: at(0.75), p99: at(1) };
      const near = [own, { p1: p25, p25, p50, p75, p99: p75 }];
      const found = await nearMedians(
        near.map((quantiles) => ({ value: "v", quantiles })),
        ask,
      );
      const [lower, upper] = [sorted[Math.floor((sorted.length - 1) / 2)]!, sorted[Math.floor(sorted.length / 2)]!];
      const right = lower + (upper - lower) / 2;
      // −0 is 0 here.
      for (const median of found) if (median !== undefined) expect(median + 0).toBe(right + 0);
      if (sorted.length % 2 === 1) expect(found[0]! + 0).toBe(right + 0);
      told += found.filter((median) => median !== undefined).length;
    }),
    { numRuns: 100 },
  );
  expect(told).toBeGreaterThan(60);
  await database.close();
});
