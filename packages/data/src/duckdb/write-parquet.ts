import { open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type DuckDbColumn, openDuckDb, quotedName, quotedText } from "./open-duckdb.ts";

/** The columns of a Parquet file with the types that it gives them, and how many rows it has; by its footer alone. */
export async function parquetShape(
  path: string,
): Promise<{ readonly columns: readonly DuckDbColumn[]; readonly rows: number }> {
  const file = resolve(path);
  const database = await openDuckDb({ purpose: "Parquet files", files: [file] });
  try {
    const columns = await database.columns("SELECT * FROM read_parquet($1)", [file]);
    let rows = 0;
    for await (const [row] of database.rows("SELECT count(*) FROM read_parquet($1)", [file])) rows = Number(row![0]);
    return { columns, rows };
  } finally {
    await database.close();
  }
}

export interface ParquetWriting {
  /** A file of JSON Lines whose objects have the cells of a row as texts or numbers, by the place of their column: `{"0":"a","2":1.5}`. */
  readonly rows: string;
  /** Cells are texts as `columnText` makes them of values of such a type. */
  readonly columns: readonly DuckDbColumn[];
  /** The file is complete or absent, and replaces one that is there. */
  readonly to: string;
}

/**
 * Writes rows of any number into a Parquet file, in their order and of the types that are named.
 *
 * @throws {ModelwrightError} `PEER_MISSING`; what else is wrong is an error of DuckDB or of the file system.
 */
export async function writeParquet({ rows, columns, to }: ParquetWriting): Promise<void> {
  const [from, target] = [resolve(rows), resolve(to)];
  const unfinished = `${target}.unfinished-${process.pid}`;
  const database = await openDuckDb({
    purpose: "Parquet files",
    files: [from, unfinished],
    temporaryFolder: dirname(from),
    folders: [dirname(from)],
  });
  try {
    const cells = columns.map((_, place) => `${quotedText(String(place))}: 'VARCHAR'`);
    const source = `read_json(${quotedText(from)}, format = 'newline_delimited', columns = {${cells.join(", ")}})`;
    const typed = columns.map(({ name, type }, place) => {
      return `${ofText(quotedName(String(place)), type)} AS ${quotedName(name)}`;
    });
    const query = `SELECT ${typed.join(", ")} FROM ${source}`;
    await database.run(`COPY (${query}) TO ${quotedText(unfinished)} (FORMAT parquet, COMPRESSION zstd)`);
    const file = await open(unfinished, "r+");
    await file.sync();
    await file.close();
    await rename(unfinished, target);
  } finally {
    await database.close();
    await rm(unfinished, { force: true });
  }
}

/** A value of a type from the text that `columnText` makes of it. */
function ofText(text: string, type: string): string {
  if (type === "VARCHAR") return text;
  if (type === "BLOB") return `from_base64(${text})`;
  if (/\]$|^(?:STRUCT|MAP)/.test(type)) return `CAST(CAST(${text} AS JSON) AS ${type})`;
  return `CAST(${text} AS ${type})`;
}
