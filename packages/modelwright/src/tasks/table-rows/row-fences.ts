import { type FenceSettings, ModelwrightError } from "@modelwright/contracts";
import { type Column, type Fences, type Frame, fencesOf } from "@modelwright/data";
import { counted } from "../../wording/quantities.ts";
import type { TableLesson } from "./learner.ts";
import { takeLesson } from "./lessons.ts";

/** What `data.clean.outliers` says. */
interface RowFenceSettings extends FenceSettings {
  readonly columns?: readonly string[] | undefined;
}

/** Within which numbers the columns of rows must lie that a model learns from. */
export type RowFences = readonly (Fences & { readonly column: string })[];

/** Rows within fences, and how many lay beyond by each column; a row may by several. */
export interface FencedLesson {
  readonly lesson: TableLesson;
  readonly beyond: readonly { readonly column: string; readonly rows: number }[];
}

type Ordered = Extract<Column, { readonly kind: "number" | "date" }>;

/**
 * Refuses columns in which no value can lie far from the others.
 *
 * @param target The column that is predicted, where it holds numbers.
 * @throws {ModelwrightError} `DATA_CURE_UNFIT` naming the column and what it is.
 */
export function checkRowFences({ columns }: Frame, settings: RowFenceSettings | undefined, target?: string): void {
  for (const name of settings?.columns ?? []) {
    if (name === target) continue;
    const column = columns.find((each) => each.name === name);
    const known = [...orderedColumns(columns).map((each) => each.name), ...(target === undefined ? [] : [target])];
    const rule =
      column === undefined
        ? `must name a column of numbers or dates: ${known.join(", ")}`
        : `is for columns of numbers and dates; "${name}" is one of the kind ${column.kind}`;
    if (column === undefined || !isOrdered(column))
      throw new ModelwrightError("DATA_CURE_UNFIT", { cure: `data.clean.outliers.columns: "${name}"`, rule });
  }
}

/** Learns from training rows what lies far from the others. */
export function fitRowFences(lesson: TableLesson, settings: RowFenceSettings, target?: string): RowFences {
  const ordered = orderedColumns(lesson.frame.columns);
  const names = settings.columns ?? ordered.map(({ name }) => name);
  return names.flatMap((column) => {
    const fences = fencesOf(valuesOf(lesson, column, target).filter(Number.isFinite).sort(), settings);
    return fences === undefined ? [] : [{ ...fences, column }];
  });
}

/** The rows that lie within all fences; what is missing lies nowhere. */
export function withinFences(lesson: TableLesson, fences: RowFences, target?: string): FencedLesson {
  const isKept = new Uint8Array(lesson.frame.rows).fill(1);
  const beyond = fences.flatMap(({ column, low, high }) => {
    let rows = 0;
    for (const [row, value] of valuesOf(lesson, column, target).entries()) {
      if (!(value < low || value > high)) continue;
      isKept[row] = 0;
      rows++;
    }
    return rows === 0 ? [] : [{ column, rows }];
  });
  const kept = Int32Array.from(isKept.keys()).filter((row) => isKept[row] === 1);
  return { lesson: kept.length === lesson.frame.rows ? lesson : takeLesson(lesson, kept), beyond };
}

const MOST_COLUMNS = 5;

/** `12 of 3,000 training rows left, with values far from the others: income 7, age 6`. */
export function fencedInWords(before: TableLesson, { lesson, beyond }: FencedLesson): string {
  const all = before.frame.rows;
  const left = all - lesson.frame.rows;
  const columns = beyond.toSorted((a, b) => b.rows - a.rows).slice(0, MOST_COLUMNS);
  const where = columns.map(({ column, rows }) => `${column} ${rows.toLocaleString("en-US")}`);
  const more = beyond.length > MOST_COLUMNS ? ", …" : "";
  const values = left === 0 ? "" : `, with values far from the others: ${where.join(", ")}${more}`;
  return `${left.toLocaleString("en-US")} of ${counted(all, "training row")} left${values}`;
}

function isOrdered(column: Column): column is Ordered {
  return column.kind === "number" || column.kind === "date";
}

function orderedColumns(columns: readonly Column[]): Ordered[] {
  return columns.filter(isOrdered);
}

function valuesOf({ frame, targets }: TableLesson, name: string, target: string | undefined): Float64Array {
  if (name === target) return Float64Array.from(targets.actual);
  return orderedColumns(frame.columns).find((column) => column.name === name)!.values;
}
