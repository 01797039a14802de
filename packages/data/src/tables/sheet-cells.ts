import type { CellObject } from "@e965/xlsx";
import { serialDate } from "./serial-dates.ts";
import type { Cell } from "./table.ts";

/** Cells that are one, from and to inclusive. */
export interface Merge {
  readonly s: { readonly r: number; readonly c: number };
  readonly e: { readonly r: number; readonly c: number };
}

/** A row of a sheet that has a value. */
export interface SheetRow {
  readonly cells: readonly (Cell | undefined)[];
  /** Its number in the sheet, from 1. */
  readonly line: number;
  /** What could not be read as a value, in words. */
  readonly problems: readonly { readonly column: number; readonly problem: string }[];
}

export interface SheetCells {
  readonly rows: readonly SheetRow[];
  readonly merges: readonly Merge[];
}

interface Dates {
  readonly from1904: boolean;
  readonly isDate: (format: string) => boolean;
}

/** The rows of a sheet that have a value, as cells of a table. */
export function sheetCells(
  {
    data,
    merges,
  }: { readonly data: readonly (readonly (CellObject | undefined)[] | undefined)[]; readonly merges: readonly Merge[] },
  dates: Dates,
): SheetCells {
  const rows: SheetRow[] = [];
  for (const [r, row] of data.entries()) {
    if (row === undefined) continue;
    const problems: SheetRow["problems"][number][] = [];
    const cells = Array.from(row, (cell, column) => {
      const problem = cell === undefined ? undefined : problemOf(cell);
      if (problem !== undefined) problems.push({ column, problem });
      return cell === undefined || problem !== undefined ? undefined : cellOf(cell, dates);
    });
    if (problems.length > 0 || cells.some((cell) => cell !== undefined)) rows.push({ cells, line: r + 1, problems });
  }
  return { rows, merges };
}

/** The rows from one on, with the value of merged cells in each of the rows and columns that they take. */
export function spreadOver({ rows, merges }: SheetCells, from: number): SheetRow[] {
  const first = rows[from]?.line ?? Number.POSITIVE_INFINITY;
  const below = rows.slice(from).map((row) => ({ ...row, cells: [...row.cells] }));
  const places = new Map(below.map((row) => [row.line, row.cells]));
  for (const { s, e } of merges) {
    if (s.r + 1 < first) continue;
    const value = places.get(s.r + 1)?.[s.c];
    if (value === undefined) continue;
    for (let r = s.r; r <= e.r; r++)
      for (let c = s.c; c <= e.c; c++) {
        const cells = places.get(r + 1);
        if (cells !== undefined) cells[c] = value;
      }
  }
  return below;
}

function problemOf({ t, v, f }: CellObject): string | undefined {
  if (t === "e") return "the error of a formula, such as #N/A, was read as a missing value";
  if (f !== undefined && (t === "z" || v === undefined))
    return "a formula has no value, since no spreadsheet has computed it, and was read as a missing value; open the file, save it and try again";
  return undefined;
}

function cellOf({ t, v, z }: CellObject, { from1904, isDate }: Dates): Cell | undefined {
  if (t === "z" || v === undefined || v === null || v === "") return undefined;
  if (t === "b") return { text: v === true ? "true" : "false", kind: "boolean" };
  if (typeof v !== "number") return { text: String(v) };
  if (typeof z === "string" && isDate(z)) return { text: serialDate(v, { format: z, from1904 }) };
  return { text: String(v), kind: "number" };
}
