import { expect, test } from "vitest";
import type { IsolateRows } from "./odd-rows.ts";
import { cleanCsv } from "./testing/clean-csv.ts";

/** Odd is what lies far from the mean of the columns together. */
const far: IsolateRows = (columns) => {
  const means = columns.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  const score = (rows: readonly Float32Array[]) =>
    Float64Array.from(rows[0]!, (_, row) =>
      rows.reduce((sum, values, at) => sum + (values[row]! - means[at]!) ** 2, 0),
    );
  return { unseen: score(columns), score };
};

const rows = Array.from({ length: 200 }, (_, row) => [
  row + 1,
  (row * 37) % 101,
  (row * 53) % 97,
  row % 50 === 3 ? "rare" : "usual",
]);
rows[20] = [21, 900, 800, "usual"];
rows[77] = [78, 900, "", "rare"];
const csv = ["id,a,b,kind", ...rows.map((row) => row.join(","))].join("\n");

test("the oddest rows leave first: statistics are those of the others", async () => {
  const cures = { rows: { outliers: { cure: "drop", share: 0.01 } }, numbers: { missing: "mean" } };
  const { written, steps } = await cleanCsv(csv, cures, { isolate: far });
  expect(written).toHaveLength(198);
  expect(written.map(([id]) => id)).not.toContain("21");
  expect(written.map(([id]) => id)).not.toContain("78");
  expect(steps).toEqual([
    { cure: "outliers", detail: "the 1 % that an isolation forest finds oddest, dropped", rows: 2 },
  ]);
});

test("of rows that are alike the first leave, and of few rows none", async () => {
  const alike = ["a,b", ...Array.from({ length: 50 }, (_, row) => `${row % 2},${row % 2}`)].join("\n");
  const cures = { rows: { outliers: { cure: "drop", share: 0.1 } } };
  const { written } = await cleanCsv(alike, cures, { isolate: far });
  expect(written).toHaveLength(45);
  const few = await cleanCsv("a,b\n1,2\n2,1\n3,3\n", cures, { isolate: far });
  expect(few.written).toHaveLength(3);
  expect(few.steps[0]!.rows).toBe(0);
});

test("columns get what their kind has, whatever rows leave; and nothing leaves that was not chosen", async () => {
  const { written, steps } = await cleanCsv(csv, {}, { isolate: far });
  expect(written).toHaveLength(200);
  expect(steps).toEqual([]);
});

test.each([
  [{ rows: { outliers: { cure: "clip" } } }, 'rows.outliers.cure: must be "drop"'],
  [{ rows: { outliers: { cure: "drop", share: 2 } } }, "rows.outliers.share: must be at most 0.5"],
] as const)("%j is refused", async (cures, message) => {
  await expect(cleanCsv(csv, cures, { isolate: far })).rejects.toThrow(message);
});

test("a table whose columns only name rows is refused", async () => {
  const named = ["id,note", ...Array.from({ length: 30 }, (_, row) => `${row},words of row ${row} alone`)].join("\n");
  await expect(cleanCsv(named, { rows: { outliers: { cure: "drop" } } }, { isolate: far })).rejects.toThrow(
    "rows.outliers: needs a column of numbers, dates or categories",
  );
});
