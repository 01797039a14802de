import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { cleanCsv } from "./testing/clean-csv.ts";

const fixture = JSON.parse(readFileSync(new URL("../../fixtures/fillers.json", import.meta.url), "utf8")) as {
  numbers: readonly (readonly (number | null)[])[];
  filled: Readonly<Record<string, readonly (readonly number[])[]>>;
};

/** A table of which one column tells the others. */
function houses(rows: number): string[] {
  return Array.from({ length: rows }, (_, row) => {
    const size = 40 + ((row * 37) % 101);
    const built = new Date(Date.UTC(2000, 0, 1 + size * 10)).toISOString().slice(0, 10);
    const noise = (row * 7919) % 13;
    return [row + 1, size, size * 2 + noise, size > 90 ? "large" : "small", built].join(",");
  });
}
const HEADER = "id,size,price,kind,built";
/** With one cell of some rows left out. */
function without(column: number, rows: readonly string[], every = 10): string[] {
  return rows.map((row, at) =>
    at % every === 0
      ? row
          .split(",")
          .map((cell, i) => (i === column ? "" : cell))
          .join(",")
      : row,
  );
}

describe("nearest rows", () => {
  test.each(["1", "5"])("%s: as KNNImputer fills a whole table of numbers", async (neighbours) => {
    const rows = fixture.numbers[0]!.map((_, row) => fixture.numbers.map((column) => column[row] ?? "").join(","));
    const csv = ["a,b,c,d,e", ...rows].join("\n");
    const { written, steps } = await cleanCsv(csv, { numbers: { missing: { nearest: Number(neighbours) } } });
    for (const [row, cells] of written.entries()) {
      for (const [column, cell] of cells.entries()) {
        expect(Number(cell), `row ${row}`).toBeCloseTo(fixture.filled[neighbours]![column]![row]!, 9);
      }
    }
    const missing = fixture.numbers.map((column) => column.filter((value) => value === null).length);
    expect(steps.map(({ rows }) => rows)).toEqual(missing);
    expect(steps[0]!.detail).toContain(`the ${neighbours} nearest of ${80 - missing[0]!} rows; too few rows`);
  });

  test("of categories and dates, and what the row held out say", async () => {
    const rows = houses(400);
    const kinds = await cleanCsv([HEADER, ...without(3, rows)].join("\n"), { categories: { missing: "nearest" } });
    expect(kinds.written.map((cells) => cells[3])).toEqual(rows.map((row) => row.split(",")[3]));
    expect(kinds.steps).toEqual([
      {
        column: "kind",
        cure: "missing",
        detail: expect.stringMatching(
          /^the 5 nearest of 360 rows; right for (9\d|100)\.\d % of 72 rows held out, the mode for 5\d\.\d %$/,
        ),
        rows: 40,
      },
    ]);
    const dates = await cleanCsv([HEADER, ...without(4, rows)].join("\n"), { dates: { missing: { nearest: 1 } } });
    for (const [at, cells] of dates.written.entries()) {
      expect(cells[4]).toMatch(/^\d{4}-\d\d-\d\d$/);
      const days = (Date.parse(cells[4]!) - Date.parse(rows[at]!.split(",")[4]!)) / 86_400_000;
      expect(Math.abs(days)).toBeLessThanOrEqual(60);
    }
  });
});

describe("predicted", () => {
  test("numbers by the other columns, with how well on rows held out", async () => {
    const rows = houses(400);
    const { written, steps } = await cleanCsv([HEADER, ...without(2, rows)].join("\n"), {
      columns: { price: { missing: "predicted" } },
    });
    for (const [at, cells] of written.entries()) {
      const price = Number(rows[at]!.split(",")[2]);
      if (at % 10 === 0) expect(Math.abs(Number(cells[2]) - price)).toBeLessThan(10);
      else expect(Number(cells[2])).toBe(price);
    }
    expect(steps).toHaveLength(1);
    expect(steps[0]!.detail).toMatch(/^predicted, learnt from 360 rows; R² 1\.00 on 72 rows held out$/);
    expect(steps[0]!.rows).toBe(40);
  });

  test("categories, and that nothing tells a column", async () => {
    const rows = houses(400).map((row, at) => `${row},${["red", "blue", "green"][(at * 7919 + (at >> 3)) % 3]}`);
    const csv = [`${HEADER},colour`, ...without(5, without(3, rows), 7)].join("\n");
    const { written, steps } = await cleanCsv(csv, { categories: { missing: "predicted" } });
    const right = written.filter((cells, at) => cells[3] === rows[at]!.split(",")[3]).length;
    expect(right).toBeGreaterThan(390);
    expect(steps.map(({ column }) => column)).toEqual(["kind", "colour"]);
    expect(steps[1]!.detail).toContain("no better than the mode");
    expect(written.every((cells) => ["red", "blue", "green"].includes(cells[5]!))).toBe(true);
  });

  test("a column that nothing tells", async () => {
    const rows = Array.from(
      { length: 300 },
      (_, row) => `${(row * 7919) % 101},${row % 9 === 0 ? "" : (row * 104729) % 97}`,
    );
    const { steps } = await cleanCsv(["a,b", ...rows].join("\n"), { columns: { b: { missing: "predicted" } } });
    expect(steps[0]!.detail).toMatch(/R² -?0\.\d\d on 54 rows held out: no better than the mean$/);
  });
});

test("outliers are clipped, missing values told, and rows keep their order, at once", async () => {
  const rows = without(1, houses(200)).map((row, at) => (at === 55 ? row.replace(/,\d+,/, ",9000,") : row));
  const { written, steps } = await cleanCsv([HEADER, ...rows].join("\n"), {
    numbers: { missing: "nearest", outliers: { cure: "clip" } },
  });
  expect(written.map(([id]) => Number(id))).toEqual(Array.from({ length: 200 }, (_, at) => at + 1));
  expect(Number(written[55]![1])).toBeLessThan(400);
  expect(written.every(([, size]) => Number(size) > 0)).toBe(true);
  expect(steps.map(({ cure, rows: count }) => [cure, count])).toEqual([
    ["outliers", 1],
    ["missing", 20],
  ]);
});

test.each([
  [
    { columns: { note: { missing: "nearest" } } },
    'columns.note.missing: nearest is for numbers, dates and categories; "note" is a text',
  ],
  [{ columns: { note: { missing: "predicted" } } }, "predicted is for numbers, dates and categories"],
  [{ columns: { a: { missing: { nearest: 0 } } } }, "columns.a.missing"],
  [
    { columns: { a: { missing: "nearest" } } },
    "columns.a.missing: needs another column of numbers, dates or categories that tells rows apart",
  ],
] as const)("%j is refused", async (cures, message) => {
  const rows = Array.from(
    { length: 30 },
    (_, row) => `${row % 4 === 0 ? "" : row * row},a text of its own in row ${row}`,
  );
  await expect(cleanCsv(["a,note", ...rows].join("\n"), cures)).rejects.toThrow(message);
});
