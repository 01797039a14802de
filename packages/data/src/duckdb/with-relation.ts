import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { openTable } from "../sources/open-table.ts";
import type { TableOptions } from "../sources/table-options.ts";
import { csvQuery } from "./csv-query.ts";
import { type DuckDb, openDuckDb } from "./open-duckdb.ts";
import { parquetQuery } from "./parquet-query.ts";
import type { NativeQuery, Relation } from "./relation.ts";
import { stageTable } from "./stage-table.ts";

export interface RelationOptions extends TableOptions {
  /** What it is needed for, where DuckDB is not installed. Default: "tables larger than memory". */
  readonly purpose?: string;
  /** Folders in which DuckDB may write. Default: none. */
  readonly folders?: readonly string[];
  /** Bytes that DuckDB may take; the rest goes to the disk. Default: 832 MiB. */
  readonly memoryLimit?: number;
  /** Bytes of a CSV file from which on DuckDB reads it by itself. Default: 16 MiB. */
  readonly nativeFrom?: number;
}

const MEMORY_LIMIT = 832 * 2 ** 20;
const NATIVE_FROM = 2 ** 24;

/** Files that DuckDB reads by itself, in the order in which they are tried. */
const NATIVE = [csvQuery, parquetQuery] as const;

/**
 * Does something with a source as a relation of DuckDB. A large CSV or TSV file in UTF-8 and a Parquet file are read where they lie;
 * everything else, and a CSV file in which a row is unlike the others, is read by our readers, row by row, into a table of DuckDB on
 * the disk.
 *
 * @param use May be called a second time, where DuckDB cannot read the file to its end.
 * @throws {ModelwrightError} `PEER_MISSING`, `DATA_TOO_LARGE` where a disk or memory is full, and what opening and reading a table
 *   throw.
 */
export async function withRelation<T>(
  source: string,
  options: RelationOptions,
  use: (relation: Relation) => Promise<T>,
): Promise<T> {
  const path = await fileOf(source, options);
  const native = path === undefined ? undefined : await nativeQuery(path, options);
  if (native !== undefined) {
    try {
      return await within(options, [path!], (database) => use({ ...native, line: undefined, warnings: [], database }));
    } catch (error) {
      // Our reader says in which line and why, or reads what DuckDB does not.
      if (!isUnreadable(error)) throw refused(error, native.name);
    }
  }
  const table = await openTable(source, options);
  return within(options, [], async (database) => {
    try {
      return await use({ ...(await stageTable(table, database)), database });
    } catch (error) {
      throw refused(error, table.name);
    }
  });
}

async function nativeQuery(
  path: string,
  { wanted = [], encoding, memoryLimit, nativeFrom = NATIVE_FROM }: RelationOptions,
): Promise<NativeQuery | undefined> {
  if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) return undefined;
  const { size } = await stat(path);
  for (const make of NATIVE) {
    const query = await make(path, { wanted, isLarge: size >= nativeFrom, memoryLimit: memoryLimit ?? MEMORY_LIMIT });
    if (query !== undefined) return query;
  }
  return undefined;
}

async function within<T>(
  { purpose = "tables larger than memory", folders = [], memoryLimit = MEMORY_LIMIT }: RelationOptions,
  files: readonly string[],
  use: (database: DuckDb) => Promise<T>,
): Promise<T> {
  const database = await openDuckDb({ purpose, files, folders, memoryLimit });
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}

/** The path of a source that is one file. */
async function fileOf(source: string, { baseDir }: TableOptions): Promise<string | undefined> {
  const path = resolve(baseDir, source);
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? path : undefined;
}

/** What DuckDB says of a file that it cannot read to the end. */
function isUnreadable(error: unknown): boolean {
  return (
    error instanceof Error &&
    !(error instanceof ModelwrightError) &&
    /^(?:Invalid Input Error|Conversion Error|Invalid Error|IO Error|Parser Error): .*(?:CSV|parquet|utf-?8)/is.test(
      error.message,
    )
  );
}

function refused(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || error instanceof ModelwrightError) return error;
  const isFull = /^(?:Out of Memory Error|IO Error: .*No space left)/is.test(error.message);
  if (!isFull) return error;
  return new ModelwrightError(
    "DATA_TOO_LARGE",
    {
      file,
      problem: `its rows do not fit into the memory and the temporary folder that DuckDB may use (${error.message.split("\n")[0]})`,
      remedy: "Free space in the folder for temporary files (TMPDIR), or take fewer columns.",
    },
    { cause: error },
  );
}
