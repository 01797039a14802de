import { access, rename } from "node:fs/promises";
import { extname } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { writeParquet } from "@modelwright/data/duckdb";
import { type OutputCell, TEXT_FORMATS } from "../tables/write-table.ts";

/** How a file of predictions is written: rows one after the other into an unfinished file, of which the whole one is made. */
interface OutputFormat {
  readonly header: (columns: readonly string[]) => string;
  readonly row: (row: readonly OutputCell[], columns: readonly string[]) => string;
  /** Makes the file that was asked for, complete or not at all, of the unfinished one. */
  readonly finish: (
    unfinished: string,
    to: string,
    columns: readonly { readonly name: string; readonly type: string }[],
  ) => Promise<void>;
  /** Whether columns have types, which the rows decide. */
  readonly isTyped?: true;
}

const parquet: OutputFormat = {
  header: () => "",
  row: (row) => {
    const members = row.flatMap((cell, place) => {
      const value = typeof cell === "object" ? (cell.kind === "null" ? undefined : cell.text) : cell;
      return value === undefined ? [] : [`"${place}":${JSON.stringify(value)}`];
    });
    return `{${members.join(",")}}\n`;
  },
  finish: (unfinished, to, columns) => writeParquet({ rows: unfinished, to, columns }),
  isTyped: true,
};

const FORMATS: Readonly<Record<string, OutputFormat>> = {
  ...Object.fromEntries(
    Object.entries(TEXT_FORMATS).map(([ending, format]) => [ending, { ...format, finish: rename }]),
  ),
  ".parquet": parquet,
};

/** @throws {ModelwrightError} `CLI_FORMAT_UNKNOWN`. */
export function outputFormat(path: string): OutputFormat {
  const extension = extname(path).toLowerCase();
  const format = FORMATS[extension];
  if (format !== undefined) return format;
  throw new ModelwrightError("CLI_FORMAT_UNKNOWN", { path, extension, known: Object.keys(FORMATS) });
}

/**
 * Refuses a file that cannot be meant, before any work is done.
 *
 * @throws {ModelwrightError} `CLI_FORMAT_UNKNOWN`, `CLI_OUTPUT_EXISTS`.
 */
export async function checkOutput(path: string, force: boolean): Promise<void> {
  outputFormat(path);
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists && !force) throw new ModelwrightError("CLI_OUTPUT_EXISTS", { path });
}
