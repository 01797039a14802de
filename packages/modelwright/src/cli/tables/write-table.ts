import { access, type FileHandle, open, rename, rm } from "node:fs/promises";
import { extname } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import type { CellKind, TableRow } from "@modelwright/data";

/** A text, a number, a cell as its file spells it, or nothing. */
export type OutputCell = string | number | { readonly text: string; readonly kind: CellKind } | undefined;

export interface TableWriter {
  /** @param row One cell per column. */
  write(row: readonly OutputCell[]): Promise<void>;
  /** Puts the finished file in its place. */
  close(): Promise<void>;
  /** Takes away what was written so far. */
  discard(): Promise<void>;
}

interface TableFormat {
  readonly header: (columns: readonly string[]) => string;
  readonly row: (row: readonly OutputCell[], columns: readonly string[]) => string;
}

const csv: TableFormat = {
  header: (columns) => `${columns.map(csvCell).join(",")}\n`,
  row: (row) => `${row.map(csvCell).join(",")}\n`,
};

const jsonLines: TableFormat = {
  header: () => "",
  row: (row, columns) => {
    const members = row.flatMap((cell, i) =>
      cell === undefined ? [] : [`${JSON.stringify(columns[i])}:${jsonValue(cell)}`],
    );
    return `{${members.join(",")}}\n`;
  },
};

/** By the ending of the file. */
export const TEXT_FORMATS: Readonly<Record<string, TableFormat>> = {
  ".csv": csv,
  ".jsonl": jsonLines,
  ".ndjson": jsonLines,
};

/**
 * Opens a CSV or JSON Lines file for writing. The file is complete or absent: rows go to a file beside it,
 * which takes its name at the end.
 *
 * @param options.columns In the order of the header; JSON Lines leaves out what a row does not have.
 * @param options.force Replace a file that exists.
 * @throws {ModelwrightError} `CLI_FORMAT_UNKNOWN`, `CLI_OUTPUT_EXISTS`, `CLI_OUTPUT_UNWRITABLE`.
 */
export async function writeTable(
  path: string,
  options: { readonly columns: readonly string[]; readonly force: boolean },
): Promise<TableWriter> {
  const { columns, force } = options;
  const format = formatOf(path);
  await checkTarget(path, force);
  const unfinished = `${path}.unfinished-${process.pid}`;
  const file = await open(unfinished, "wx").catch((cause: unknown) => unwritable(path, cause));
  const put = (text: string) => file.appendFile(text).catch((cause: unknown) => unwritable(path, cause));
  await put(format.header(columns));
  return {
    write: (row) => put(format.row(row, columns)),
    close: () => finish({ file, unfinished, path }).catch((cause: unknown) => unwritable(path, cause)),
    discard: async () => {
      await file.close();
      await rm(unfinished, { force: true });
    },
  };
}

/** Refuses a target that `writeTable` would refuse, before any work is done. */
export async function checkTarget(path: string, force: boolean): Promise<void> {
  formatOf(path);
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists && !force) throw new ModelwrightError("CLI_OUTPUT_EXISTS", { path });
}

function formatOf(path: string): TableFormat {
  const extension = extname(path).toLowerCase();
  const format = TEXT_FORMATS[extension];
  if (format !== undefined) return format;
  throw new ModelwrightError("CLI_FORMAT_UNKNOWN", { path, extension, known: Object.keys(TEXT_FORMATS) });
}

async function finish(target: { file: FileHandle; unfinished: string; path: string }): Promise<void> {
  await target.file.sync();
  await target.file.close();
  await rename(target.unfinished, target.path);
}

function unwritable(path: string, cause: unknown): never {
  const problem = cause instanceof Error ? cause.message : String(cause);
  throw new ModelwrightError("CLI_OUTPUT_UNWRITABLE", { path, problem }, { cause });
}

/** The cells of a row that was read, to be written unchanged. */
export function cellsOf({ cells, kinds }: TableRow): OutputCell[] {
  return cells.map((text, i) => {
    const kind = kinds?.[i];
    return kind === undefined ? text : { text: text ?? "null", kind };
  });
}

function csvCell(cell: OutputCell): string {
  const text = typeof cell === "object" ? (cell.kind === "null" ? "" : cell.text) : String(cell ?? "");
  return /["\n\r,;\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function jsonValue(cell: NonNullable<OutputCell>): string {
  return typeof cell === "object" ? cell.text : JSON.stringify(cell);
}
