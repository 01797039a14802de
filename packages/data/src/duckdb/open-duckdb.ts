import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  DuckDBConnection,
  DuckDBDataChunkWriter,
  DuckDBInstance,
  DuckDBMaterializedResult,
  DuckDBVector,
} from "@duckdb/node-api";
import { importPeer } from "@modelwright/contracts";

/** The package is CommonJS: `import` would read all of its files for the names of what they export, which takes 70 ms. */
const require = createRequire(import.meta.url);

export interface DuckDbOptions {
  /** What it is needed for, where it is not installed: "Parquet files". */
  readonly purpose: string;
  /** Files that it may read or write, as absolute paths. Default: none. */
  readonly files?: readonly string[];
  /** Folders in which it may read and write. Default: none. */
  readonly folders?: readonly string[];
  /** Bytes that it may take; what needs more goes to the disk where it can. Default: 1 GiB. */
  readonly memoryLimit?: number;
  /** Where it puts what does not fit. Default: a folder of the system for temporary files, removed at the end. */
  readonly temporaryFolder?: string;
  /** Default: as many as there are cores. */
  readonly threads?: number;
}

/** A value that is bound to a parameter, or comes out of a row. Lists and structures: make texts of them in the query. */
export type DuckDbValue = string | number | bigint | boolean | null;

type AppendedRow = readonly (string | number | bigint | null)[];

export interface DuckDbColumn {
  readonly name: string;
  /** As SQL writes it: `DECIMAL(9,2)`, `VARCHAR[]`. */
  readonly type: string;
}

/** A database in memory. */
export interface DuckDb {
  /** Runs a statement, whose rows do not matter. Parameters stand as `$1`, `$2`, …. */
  readonly run: (sql: string, parameters?: readonly DuckDbValue[]) => Promise<void>;
  /** The columns of a query, which is not run. */
  readonly columns: (sql: string, parameters?: readonly DuckDbValue[]) => Promise<DuckDbColumn[]>;
  /** The rows of a query, some thousands at a time, as they are computed. */
  readonly rows: (
    sql: string,
    parameters?: readonly DuckDbValue[],
  ) => AsyncIterable<readonly (readonly DuckDbValue[])[]>;
  /** The columns of a query whose columns are all `DOUBLE`, without a null. */
  readonly numbers: (sql: string, parameters?: readonly DuckDbValue[]) => Promise<Float64Array[]>;
  /** The column of a query that has one, `UINTEGER`, without a null. */
  readonly wholeNumbers: (sql: string) => Promise<Uint32Array>;
  /** Puts rows into a table that is there; a cell for each of its columns, of its type. */
  readonly append: (table: string, rows: Iterable<AppendedRow> | AsyncIterable<AppendedRow>) => Promise<void>;
  /** Another way to the same tables, on which statements run beside those of this one. Whoever asks for it closes it. */
  readonly beside: () => Promise<DuckDb>;
  /** Ends it; what lies in it is lost, unless it is one beside another. */
  readonly close: () => Promise<void>;
}

const MEMORY_LIMIT = 2 ** 30;

/**
 * Opens a DuckDB in memory that can reach no file but those named here, loads no extension and takes no more memory
 * than it is given. Whoever opens it closes it.
 *
 * Times with a time zone are texts in UTC.
 *
 * @throws {ModelwrightError} `PEER_MISSING`; what is wrong with a query or a file is an error of DuckDB.
 */
export async function openDuckDb(options: DuckDbOptions): Promise<DuckDb> {
  const { DuckDBInstance: Instance, DuckDBDataChunkWriter: ChunkWriter } = await importPeer({
    name: "@duckdb/node-api",
    load: async () => require("@duckdb/node-api") as typeof import("@duckdb/node-api"),
    purpose: options.purpose,
  });
  const own = options.temporaryFolder === undefined ? await mkdtemp(join(tmpdir(), "modelwright-duckdb-")) : undefined;
  const removeOwn = async () => {
    if (own !== undefined) await rm(own, { recursive: true, force: true });
  };
  try {
    const instance = await Instance.create(":memory:", {
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      memory_limit: `${options.memoryLimit ?? MEMORY_LIMIT}B`,
      temp_directory: options.temporaryFolder ?? own!,
      ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
    });
    const connection = await instance.connect();
    await confine(connection, options);
    const end = async () => {
      instance.closeSync();
      await removeOwn();
    };
    return opened({ instance, connection, ChunkWriter, end });
  } catch (error) {
    await removeOwn();
    throw error;
  }
}

async function confine(connection: DuckDBConnection, { files = [], folders = [] }: DuckDbOptions): Promise<void> {
  const list = (paths: readonly string[]) => `[${paths.map(quotedText).join(", ")}]`;
  const settings = [
    "SET TimeZone = 'UTC'",
    `SET allowed_paths = ${list(files)}`,
    `SET allowed_directories = ${list(folders)}`,
    "SET enable_external_access = false",
    "SET lock_configuration = true",
  ];
  for (const setting of settings) await connection.run(setting);
}

function opened({
  instance,
  connection,
  ChunkWriter,
  end,
}: {
  readonly instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
  readonly ChunkWriter: typeof DuckDBDataChunkWriter;
  /** What is done after the connection was closed. */
  readonly end: () => Promise<void>;
}): DuckDb {
  return {
    run: async (sql, parameters = []) => {
      await connection.run(sql, [...parameters]);
    },
    columns: async (sql, parameters = []) => {
      const described = await connection.runAndReadAll(`DESCRIBE ${sql}`, [...parameters]);
      return described.getRowsJS().map(([name, type]) => ({ name: String(name), type: String(type) }));
    },
    async *rows(sql, parameters = []) {
      const result = await connection.stream(sql, [...parameters]);
      for await (const rows of result.yieldRowsJs()) yield rows as DuckDbValue[][];
    },
    // Not as a stream: it is computed to its end while something else is done here.
    numbers: async (sql, parameters = []) => columnsOf(await connection.run(sql, [...parameters]), Float64Array),
    wholeNumbers: async (sql) => columnsOf(await connection.run(sql), Uint32Array)[0]!,
    append: async (table, rows) => {
      const appender = await connection.createAppender(table);
      const writer = ChunkWriter.forAppender(appender);
      try {
        for await (const row of rows) writer.appendRow(row);
        writer.flush();
        appender.flushSync();
      } finally {
        appender.closeSync();
      }
    },
    beside: async () =>
      opened({ instance, connection: await instance.connect(), ChunkWriter, end: () => Promise.resolve() }),
    close: async () => {
      connection.closeSync();
      await end();
    },
  };
}

type NumberArray = Float64Array | Uint32Array;

/** The columns of a result, all of the type of DuckDB that such an array holds. */
function columnsOf<T extends NumberArray>(result: DuckDBMaterializedResult, Numbers: new (length: number) => T): T[] {
  const columns = Array.from({ length: result.columnCount }, () => new Numbers(result.rowCount));
  for (let i = 0, row = 0; i < result.chunkCount; i++) {
    const chunk = result.getChunk(i);
    for (const [place, column] of columns.entries()) column.set(numbersOf(chunk.getColumnVector(place), Numbers), row);
    row += chunk.rowCount;
  }
  return columns;
}

/** The numbers of a vector. Its own array is not public; without it they come one by one, which takes three times as long. */
function numbersOf<T extends NumberArray>(vector: DuckDBVector, Numbers: new (length: number) => T): ArrayLike<number> {
  const items: unknown = Reflect.get(vector, "items");
  if (items instanceof Numbers) return items;
  return Array.from({ length: vector.itemCount }, (_, row) => vector.getItem(row) as number);
}

/** A text as SQL writes it. */
export function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name of a column or table as SQL writes it. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
