import { extname } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { csvRecords, UnclosedQuote } from "./csv-records.ts";
import { openText, textLines } from "./text-chunks.ts";

/** A file as a table: its columns, and its rows as a stream. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<TableRow>;
}

export interface TableRow {
  readonly values: Readonly<Record<string, unknown>>;
  /** Where the row begins, from 1. */
  readonly line: number;
}

const READERS: Readonly<Record<string, (path: string) => Promise<Table>>> = {
  ".csv": readCsv,
  ".tsv": readCsv,
  ".jsonl": readJsonLines,
  ".ndjson": readJsonLines,
  ".txt": readTextLines,
};

/** The column of a file that has only texts. */
export const TEXT_COLUMN = "text";

/**
 * Opens a CSV, TSV or JSON Lines file with all its columns, or a text file with one text a line.
 *
 * @throws {ModelwrightError} `CLI_FILE_NOT_FOUND`, `CLI_FORMAT_UNKNOWN`, `DATA_EMPTY`; while rows are read also
 * `DATA_ROW_MALFORMED`.
 */
export async function readTable(path: string): Promise<Table> {
  const extension = extname(path).toLowerCase();
  const reader = READERS[extension];
  if (reader === undefined) {
    throw new ModelwrightError("CLI_FORMAT_UNKNOWN", { path, extension, known: Object.keys(READERS) });
  }
  return reader(path);
}

async function readCsv(path: string): Promise<Table> {
  const chunks = await openText(path);
  let head = "";
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    head += next.value;
    if (head.trim().includes("\n")) break;
  }
  if (head.trim() === "") throw new ModelwrightError("DATA_EMPTY", { file: path, problem: "the file is empty" });
  async function* all(): AsyncGenerator<string> {
    yield head;
    yield* chunks;
  }
  const records = csvRecords(all(), delimiterOf(head));
  const next = async () => {
    try {
      return await records.next();
    } catch (error) {
      if (!(error instanceof UnclosedQuote)) throw error;
      const { line, message } = error;
      throw new ModelwrightError("DATA_ROW_MALFORMED", { file: path, line, problem: message }, { cause: error });
    }
  };
  const header = await next();
  const columns = columnNames(path, header.done ? [] : header.value.cells);
  async function* rows(): AsyncGenerator<TableRow> {
    for (let record = await next(); !record.done; record = await next()) {
      const { cells, line } = record.value;
      if (cells.length !== columns.length) {
        const problem = `the row has ${cells.length} ${cells.length === 1 ? "cell" : "cells"}, the header has ${columns.length}`;
        throw new ModelwrightError("DATA_ROW_MALFORMED", { file: path, line, problem });
      }
      yield { values: Object.fromEntries(columns.map((name, i) => [name, cells[i]!])), line };
    }
  }
  return { columns, rows: rows() };
}

/** A cell of the header without a name, as spreadsheets leave them at the end, is called by its place. */
function columnNames(path: string, header: readonly string[]): string[] {
  const names = header.map((name, i) => name.trim() || `column_${i + 1}`);
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined) throw new ModelwrightError("DATA_COLUMN_REPEATED", { file: path, column: repeated });
  return names;
}

/** The one of comma, semicolon and tab that cuts the header into the most cells. */
function delimiterOf(head: string): string {
  const header = head
    .trimStart()
    .split("\n")[0]!
    .replace(/"[^"]*"/g, "");
  const counted = [",", ";", "\t"].map((delimiter) => ({ delimiter, cells: header.split(delimiter).length }));
  return counted.reduce((best, each) => (each.cells > best.cells ? each : best)).delimiter;
}

/** Reads the file twice: the columns are the keys of all rows, and a row need not have them all. */
async function readJsonLines(path: string): Promise<Table> {
  const columns = new Set<string>();
  for await (const { values } of jsonRows(path, await openText(path))) {
    for (const name of Object.keys(values)) columns.add(name);
  }
  if (columns.size === 0) throw new ModelwrightError("DATA_EMPTY", { file: path, problem: "the file is empty" });
  return { columns: [...columns], rows: jsonRows(path, await openText(path)) };
}

async function* jsonRows(path: string, chunks: AsyncIterable<string>): AsyncGenerator<TableRow> {
  let line = 0;
  for await (const text of textLines(chunks)) {
    line++;
    if (text.trim() === "") continue;
    yield { values: parseObject(text, { file: path, line }), line };
  }
}

function parseObject(text: string, where: { file: string; line: number }): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const problem = `not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new ModelwrightError("DATA_ROW_MALFORMED", { ...where, problem }, { cause });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ModelwrightError("DATA_ROW_MALFORMED", { ...where, problem: "a JSON object is needed" });
}

async function readTextLines(path: string): Promise<Table> {
  const chunks = await openText(path);
  async function* rows(): AsyncGenerator<TableRow> {
    let line = 0;
    for await (const text of textLines(chunks)) {
      line++;
      if (text.trim() !== "") yield { values: { [TEXT_COLUMN]: text }, line };
    }
  }
  return { columns: [TEXT_COLUMN], rows: rows() };
}
