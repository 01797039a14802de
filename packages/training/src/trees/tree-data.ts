import { ModelwrightError } from "@modelwright/contracts";

/** One feature of every row. */
export interface TreeColumn {
  readonly name: string;
  /** A number for each row, or the code of a category; NaN: missing. */
  readonly values: Float32Array;
  /** How many categories there are: values are codes 0 … categories − 1. Default: values are numbers. */
  readonly categories?: number | undefined;
  /** 1: what is predicted never falls where the number rises; −1: it never rises. Default: it may do both. */
  readonly monotone?: 1 | -1 | undefined;
}

export interface TreeRows {
  readonly columns: readonly TreeColumn[];
  readonly rows: number;
  /** `[rows]`: the number that is predicted, or the class 0, 1, … */
  readonly target: Float64Array;
  /** `[rows]`, how much rows count; none below 0. Default: all alike. */
  readonly weights?: Float64Array | undefined;
}

export interface TreeData extends TreeRows {
  /** Rows that trees are not grown on: their loss is told after each round, and may end the training. Default: none. */
  readonly validation?: TreeRows | undefined;
}

/** Of the 4 GiB that kernels reach, histograms have the rest. */
const MOST_BYTES = 3.25 * 2 ** 30;
/** A row's number and its derivatives, beside its codes. */
const BYTES_PER_ROW = 20;

type Fail = (place: string, rule: string, got: string | number) => never;

/** @throws {ModelwrightError} `TRAINING_TREES_DATA` for rows that trees cannot be grown on. */
export function checkTreeData(data: TreeData, targetRule: TargetRule): void {
  const bytes = data.rows * (data.columns.length + BYTES_PER_ROW);
  if (bytes > MOST_BYTES) {
    const gibibytes = (count: number) => (count / 2 ** 30).toFixed(1);
    refuse(
      "the training rows",
      `they take at most ${gibibytes(MOST_BYTES)} GiB, a byte per row and column`,
      gibibytes(bytes),
    );
  }
  checkRows(data, "the training rows", targetRule);
  if (data.columns.length === 0) refuse("the training rows", "there is a column", "none");
  const { validation } = data;
  if (validation === undefined) return;
  checkRows(validation, "the validation rows", targetRule);
  checkSameColumns(data.columns, validation.columns, "the validation rows");
}

/** What targets an objective takes. */
export interface TargetRule {
  readonly rule: string;
  readonly holds: (target: number) => boolean;
}

/** @throws {ModelwrightError} `TRAINING_TREES_DATA` where columns have other names or categories than those that trees were grown on. */
export function checkSameColumns(
  known: readonly Pick<TreeColumn, "name" | "categories">[],
  given: readonly Pick<TreeColumn, "name" | "categories">[],
  where: string,
): void {
  const named = (columns: typeof known) =>
    columns.map(({ name, categories }) => (categories === undefined ? name : `${name} (${categories} categories)`));
  const [wanted, got] = [named(known), named(given)];
  const at = wanted.findIndex((name, i) => got[i] !== name);
  if (at >= 0) refuse(where, `column ${at + 1} is ${wanted[at]}, as in training`, got[at] ?? "none");
  if (got.length > wanted.length) refuse(where, `there are ${wanted.length} columns, as in training`, got.length);
}

function checkRows({ columns, rows, target, weights }: TreeRows, where: string, { rule, holds }: TargetRule): void {
  const fail: Fail = (place, asked, got) => refuse(`${where}, ${place}`, asked, got);
  if (!Number.isInteger(rows) || rows < 1) refuse(where, "there is a row", rows);
  if (target.length !== rows) fail("target", `it has a value for each of ${rows} rows`, target.length);
  const odd = target.findIndex((value) => !holds(value));
  if (odd >= 0) fail(`target of row ${odd + 1}`, rule, target[odd]!);
  if (weights !== undefined) checkWeights(weights, rows, fail);
  for (const column of columns) checkColumn(column, rows, fail);
}

function checkWeights(weights: Float64Array, rows: number, fail: Fail): void {
  if (weights.length !== rows) fail("weights", `there is one for each of ${rows} rows`, weights.length);
  const odd = weights.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  if (odd >= 0) fail(`weight of row ${odd + 1}`, "it is finite and not below 0", weights[odd]!);
  if (!weights.some((weight) => weight > 0)) fail("weights", "one is above 0", "none");
}

function checkColumn({ name, values, categories, monotone }: TreeColumn, rows: number, fail: Fail): void {
  const place = `column "${name}"`;
  if (values.length !== rows) fail(place, `it has a value for each of ${rows} rows`, values.length);
  if (categories === undefined) return;
  if (monotone !== undefined) fail(place, "categories have no order to be monotone in", monotone);
  const odd = values.findIndex(
    (code) => !(Number.isNaN(code) || (Number.isInteger(code) && isBelow(code, categories))),
  );
  if (odd >= 0) fail(`${place}, row ${odd + 1}`, `categories are codes from 0 to ${categories - 1}`, values[odd]!);
}

const isBelow = (code: number, end: number) => code >= 0 && code < end;

function refuse(where: string, rule: string, got: string | number): never {
  throw new ModelwrightError("TRAINING_TREES_DATA", { where, rule, got: String(got) });
}
