import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseCures } from "@modelwright/contracts";
import { openTable } from "@modelwright/data";
import { cleanByDuckDb } from "@modelwright/data/duckdb";
import { expect, test } from "vitest";
import { isolateRows } from "./isolate-rows.ts";

test("rows that are odd by two columns together leave, those that are far in none stay", async () => {
  // Two columns that rise together; five rows do not.
  const odd = new Set([7, 191, 333, 470, 599]);
  const rows = Array.from({ length: 600 }, (_, row) => {
    const a = ((row * 7919) % 1000) / 10;
    return odd.has(row)
      ? [row, 95 - (row % 7), 3 + (row % 5), "z"]
      : [row, a, a + ((row * 31) % 17), row % 2 === 0 ? "x" : "y"];
  });
  const folder = await mkdtemp(join(tmpdir(), "modelwright-isolate-test-"));
  try {
    await writeFile(join(folder, "in.csv"), ["id,a,b,kind", ...rows.map((row) => row.join(","))].join("\n"));
    const cures = parseCures({ rows: { outliers: { cure: "drop", share: 0.01 } } });
    const options = { baseDir: folder, cures, out: join(folder, "out.csv"), isolate: isolateRows };
    const { steps } = await cleanByDuckDb("in.csv", options);
    expect(steps).toEqual([
      { cure: "outliers", detail: "the 1 % that an isolation forest finds oddest, dropped", rows: 6 },
    ]);
    const left = new Set(rows.map(([id]) => String(id)));
    for await (const { cells } of (await openTable(join(folder, "out.csv"), { baseDir: "/" })).rows)
      left.delete(cells[0]!);
    for (const row of odd) expect(left).toContain(String(row));
  } finally {
    await rm(folder, { recursive: true });
  }
});
