import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseCures } from "@modelwright/contracts";
import { openTable } from "../../sources/open-table.ts";
import { type CleanOptions, cleanByDuckDb } from "../clean-by-duckdb.ts";

/** The cells of a table, row by row. */
export async function readCells(path: string): Promise<(string | undefined)[][]> {
  const rows: (string | undefined)[][] = [];
  for await (const { cells } of (await openTable(path, { baseDir: "/" })).rows) rows.push([...cells]);
  return rows;
}

/** Cleans a CSV text, as DuckDB reads it; what was done, and what was written. */
export async function cleanCsv(csv: string, cures: unknown, { isolate }: Pick<CleanOptions, "isolate"> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "modelwright-cures-test-"));
  try {
    await writeFile(join(folder, "in.csv"), csv);
    const options = { baseDir: folder, cures: parseCures(cures), out: join(folder, "out.csv"), nativeFrom: 0 };
    const { steps, files } = await cleanByDuckDb("in.csv", isolate === undefined ? options : { ...options, isolate });
    return { steps, files, written: await readCells(files[0]!.path) };
  } finally {
    await rm(folder, { recursive: true });
  }
}
