import { foldRows, takeRows } from "@modelwright/data";
import type { DenseTargets } from "@modelwright/training";
import type { TableLesson } from "./learner.ts";
import type { TableRecipe } from "./table-recipe.ts";

/** Tenths of the numbers: what is kept alike where rows are divided. */
const BINS = 10;

/** Some rows of a lesson. */
export function takeLesson({ frame, targets, weights, ...others }: TableLesson, rows: Int32Array): TableLesson {
  return {
    ...others,
    frame: takeRows(frame, rows),
    targets: takeTargets(targets, rows),
    ...(weights === undefined ? {} : { weights: Float64Array.from(rows, (row) => weights[row]!) }),
  };
}

function takeTargets(targets: DenseTargets, rows: Int32Array): DenseTargets {
  if (targets.kind === "numbers")
    return { kind: "numbers", actual: Float64Array.from(rows, (row) => targets.actual[row]!) };
  return { ...targets, actual: rows.map((row) => targets.actual[row]!) };
}

/** Of each row what parts of the rows have in proportion: its class, or the tenth that its number is in. */
function strataOf(targets: DenseTargets): (readonly [string])[] {
  if (targets.kind === "classes") return Array.from(targets.actual, (label) => [String(label)] as const);
  const { actual } = targets;
  const order = Int32Array.from(actual.keys()).sort((a, b) => actual[a]! - actual[b]!);
  const strata = new Array<readonly [string]>(actual.length);
  order.forEach((row, place) => {
    strata[row] = [String(Math.floor((place * BINS) / order.length))];
  });
  return strata;
}

/** Rows up to which models are fitted several times by default, on parts of them: with more, the parts differ little. */
const MOST_PARTED_ROWS = 50_000;
const PARTS = 5;

/** Into how many parts the rows to learn from are divided; 1: they are not. */
export function partCount({ train }: Pick<TableRecipe, "train">, { frame }: Pick<TableLesson, "frame">): number {
  return train.bags ?? (frame.rows <= MOST_PARTED_ROWS ? PARTS : 1);
}

/** A part of the rows that a model does not learn from, and the others. */
export interface LessonPart {
  readonly train: TableLesson;
  readonly held: TableLesson;
  /** Which of all rows are held. */
  readonly rows: Int32Array;
}

/** Divides a lesson into parts; every row is held in one of them. */
export function dividedLesson(
  lesson: TableLesson,
  { parts, seed }: { readonly parts: number; readonly seed: number },
): LessonPart[] {
  const all = Int32Array.from({ length: lesson.frame.rows }, (_, row) => row);
  const folds = foldRows({ strata: strataOf(lesson.targets), groups: all, folds: parts, seed });
  return folds.map((fold) => {
    const rows = Int32Array.from(fold);
    const aside = new Set(fold);
    const others = all.filter((row) => !aside.has(row));
    return { train: takeLesson(lesson, others), held: takeLesson(lesson, rows), rows };
  });
}

/** What was predicted of the held rows of each part, in the order of all rows. */
export function outOfFold(parts: readonly LessonPart[], predicted: readonly Float64Array[]): Float64Array {
  const count = parts.reduce((sum, { rows }) => sum + rows.length, 0);
  const width = predicted.reduce((sum, { length }) => sum + length, 0) / count;
  const all = new Float64Array(count * width);
  for (const [i, { rows }] of parts.entries())
    for (const [at, row] of rows.entries()) all.set(predicted[i]!.subarray(at * width, (at + 1) * width), row * width);
  return all;
}

/** Some numbers, and others behind them. */
export function joinNumbers(first: Float64Array, second: Float64Array): Float64Array {
  const all = new Float64Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** @throws {Error} when one holds numbers and the other classes. */
export function joinTargets(first: DenseTargets, second: DenseTargets): DenseTargets {
  if (first.kind === "numbers" && second.kind === "numbers")
    return { kind: "numbers", actual: joinNumbers(first.actual, second.actual) };
  if (first.kind === "classes" && second.kind === "classes") {
    const actual = new Int32Array(first.actual.length + second.actual.length);
    actual.set(first.actual);
    actual.set(second.actual, first.actual.length);
    return { ...first, actual };
  }
  throw new Error("targets of two kinds");
}
