import { readFile, stat } from "node:fs/promises";
import type { CellObject, WorkBook } from "@e965/xlsx";
import { ModelwrightError } from "@modelwright/contracts";
import { columnNames } from "./column-names.ts";
import type { FileOptions } from "./format-options.ts";
import { looksLikeRow, ROWS_LOOKED_AT } from "./missing-header.ts";
import { type Merge, type SheetCells, sheetCells, spreadOver } from "./sheet-cells.ts";
import { headerRow } from "./sheet-header.ts";
import type { CellKind, Table, TableRow } from "./table.ts";
import { checkZip, zipSizes } from "./zip-archive.ts";

/** Bytes at most, packed and unpacked: a workbook is read into memory at once. */
const LARGEST = { packed: 2 ** 28, unpacked: 2 ** 31, ratio: 250, from: 2 ** 25 };
/** What files of spreadsheets begin with: zip archives, compound files of Office, and HTML or XML by the name of `.xls`. */
const ZIP = Buffer.from("PK\u0003\u0004");
const BEGINNINGS = [ZIP, Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.from("<")];

/**
 * Reads a sheet of an Excel or OpenDocument file as a table; a row's line is its number in the sheet.
 *
 * The header is the first row that is about as wide as the rows below it; titles above it are passed over with a
 * warning. Merged cells have their value in each row, formulas the value that was saved with them, dates are ISO 8601
 * whatever their format; errors such as `#N/A` are missing, with a warning. Rows without a value are skipped.
 *
 * @param options.sheet Its name. Default: the only one that is visible and not empty.
 * @throws {ModelwrightError} `DATA_SHEET_UNKNOWN`, `DATA_FILE_ENCRYPTED`, `DATA_FILE_DAMAGED`, `DATA_TOO_LARGE`,
 *   `DATA_EMPTY`.
 */
export async function readSpreadsheet(path: string, { name, sheet }: FileOptions): Promise<Table> {
  const { book, SSF } = await openBook(path, name);
  const chosen = chooseSheet(book, { name, sheet });
  const from1904 = book.Workbook?.WBProps?.date1904 === true;
  const source = sheetCells(chosen.cells, { from1904, isDate: (format) => SSF.is_date(format) });
  const at = headerRow(source.rows.map(({ cells }) => cells));
  const file = book.SheetNames.length > 1 ? `${name}#${chosen.title}` : name;
  if (at === undefined) throw new ModelwrightError("DATA_EMPTY", { file, problem: "the sheet is empty" });
  return sheetTable(source, { at, file });
}

function sheetTable(source: SheetCells, { at, file }: { readonly at: number; readonly file: string }): Table {
  const header = source.rows[at]!;
  const width = header.cells.findLastIndex((cell) => cell !== undefined) + 1;
  const names = header.cells.slice(0, width).map((cell) => cell?.text ?? "");
  const { columns, repeated, changes } = columnNames(names);
  const warnings = new Set(changes.map((change) => `${file}:${header.line}: ${change}`));
  if (at > 0)
    warnings.add(
      `${file}:${header.line}: this row was read as the names of columns; what stands above it was passed over`,
    );
  const body = spreadOver(source, at + 1);
  const rows: TableRow[] = [];
  for (const { cells, line, problems } of body) {
    for (const { column, problem } of problems) if (column < width) warnOnce(warnings, `${file}:${line}: ${problem}`);
    const beside = cells.findIndex((cell, column) => column >= width && cell !== undefined);
    if (beside >= 0) warnOnce(warnings, `${file}:${line}: cells right of the last column with a name were passed over`);
    const row = Array.from({ length: width }, (_, column) => cells[column]);
    if (row.every((cell) => cell === undefined)) continue;
    const kinds = row.map((cell): CellKind | undefined => cell?.kind);
    rows.push({
      cells: row.map((cell) => cell?.text),
      ...(kinds.some((kind) => kind !== undefined) ? { kinds } : {}),
      line,
    });
  }
  if (
    looksLikeRow(
      names,
      rows.slice(0, ROWS_LOOKED_AT).map(({ cells }) => cells),
    )
  )
    warnings.add(
      `${file}:${header.line}: the first row looks like the rows below it, not like names of columns; if it is one, put a row with names above it`,
    );
  async function* read(): AsyncGenerator<TableRow> {
    yield* rows;
  }
  return { name: file, columns, rows: { [Symbol.asyncIterator]: read }, warnings, repeated };
}

/** Of warnings that differ only in their place the first is enough. */
function warnOnce(warnings: Set<string>, warning: string): void {
  const words = (text: string) => text.replace(/^.*?:\d+: /, "");
  if (![...warnings].some((known) => words(known) === words(warning))) warnings.add(warning);
}

type Library = typeof import("@e965/xlsx");

async function openBook(
  path: string,
  name: string,
): Promise<{ readonly book: WorkBook; readonly SSF: Library["SSF"] }> {
  const { size } = await stat(path);
  if (size > LARGEST.packed) throw tooLarge(name, `more than ${LARGEST.packed / 2 ** 20} MiB`);
  const bytes = await readFile(path);
  if (bytes.length === 0) throw new ModelwrightError("DATA_EMPTY", { file: name, problem: "the file is empty" });
  if (!BEGINNINGS.some((beginning) => bytes.subarray(0, beginning.length).equals(beginning)))
    throw new ModelwrightError("DATA_FILE_DAMAGED", { file: name, problem: "it begins like no spreadsheet" });
  refuseBomb(bytes, name);
  const { read, SSF } = await import("@e965/xlsx");
  try {
    if (bytes.subarray(0, ZIP.length).equals(ZIP)) checkZip(bytes);
    const book = read(bytes, {
      type: "buffer",
      dense: true,
      cellNF: true,
      cellText: false,
      cellHTML: false,
      sheetStubs: true,
    });
    return { book, SSF };
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    if (/password/i.test(problem)) throw new ModelwrightError("DATA_FILE_ENCRYPTED", { file: name }, { cause });
    throw new ModelwrightError("DATA_FILE_DAMAGED", { file: name, problem }, { cause });
  }
}

function refuseBomb(bytes: Buffer, name: string): void {
  const sizes = zipSizes(bytes);
  if (sizes === undefined) return;
  const isBomb = sizes.unpacked > LARGEST.from && sizes.unpacked > LARGEST.ratio * sizes.packed;
  if (isBomb || sizes.unpacked > LARGEST.unpacked)
    throw tooLarge(name, `${Math.round(sizes.unpacked / 2 ** 20)} MiB when it is unpacked`);
}

function tooLarge(file: string, size: string): ModelwrightError {
  const problem = `a spreadsheet is read into memory at once, and this one has ${size}`;
  return new ModelwrightError("DATA_TOO_LARGE", {
    file,
    problem,
    remedy: "Save the sheet as CSV, which is read row by row.",
  });
}

interface Sheet {
  readonly title: string;
  readonly cells: {
    readonly data: readonly (readonly (CellObject | undefined)[] | undefined)[];
    readonly merges: readonly Merge[];
  };
}

function chooseSheet(book: WorkBook, { name, sheet }: Pick<FileOptions, "name" | "sheet">): Sheet {
  const sheets = book.SheetNames.map((title, i) => {
    const found = book.Sheets[title] as Record<string, unknown> | undefined;
    const data = (found?.["!data"] ?? []) as Sheet["cells"]["data"];
    const merges = (found?.["!merges"] ?? []) as readonly Merge[];
    return { title, cells: { data, merges }, isHidden: (book.Workbook?.Sheets?.[i]?.Hidden ?? 0) !== 0 };
  });
  if (sheet !== undefined) {
    const named = sheets.find(({ title }) => title === sheet);
    if (named !== undefined) return named;
    throw new ModelwrightError("DATA_SHEET_UNKNOWN", { file: name, sheet, sheets: book.SheetNames });
  }
  const candidates = sheets.filter(
    ({ cells, isHidden }) => !isHidden && cells.data.some((row) => row?.some((cell) => cell?.v !== undefined) === true),
  );
  if (candidates.length > 1)
    throw new ModelwrightError("DATA_SHEET_UNKNOWN", { file: name, sheets: candidates.map(({ title }) => title) });
  const [only] = candidates;
  if (only === undefined) throw new ModelwrightError("DATA_EMPTY", { file: name, problem: "no sheet has a value" });
  return only;
}
