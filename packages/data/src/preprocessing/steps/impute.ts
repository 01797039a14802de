import { finiteValues, meanOf, modeOf, quantileOf } from "../statistics.ts";
import { rowOf, type Step } from "./step.ts";

/** What stands for the missing values of each column. */
export interface Imputation {
  /** How it was chosen: "by the median". */
  readonly by: string;
  readonly values: readonly number[];
  /** Missing values of training rows. */
  readonly filled: number;
}

/** What a column's finite values, sorted, say of the missing ones. */
const STATISTICS = {
  mean: meanOf,
  median: (sorted: Float64Array) => quantileOf(sorted, 0.5),
  mode: modeOf,
} as const;

export type ImputeStatistic = keyof typeof STATISTICS;

/** Puts a value in place of each missing one. */
export const impute: Step<Imputation> = {
  apply: (data, width, { values }) => data.map((x, i) => (Number.isNaN(x) ? values[i % width]! : x)),
  words: ({ by, values, filled }) =>
    `${missingOnes(filled)} ${by}${values.length === 1 ? `, ${Number(values[0]!.toPrecision(4))}` : ""}`,
  compile: (b, x, { values }) => b.op("Where", [b.op("IsNaN", [x]), rowOf(b, values), x]),
};

export function fitImputation(data: Float32Array, width: number, by: ImputeStatistic | number): Imputation {
  const values = Array.from({ length: width }, (_, column) =>
    Math.fround(typeof by === "number" ? by : STATISTICS[by](finiteValues(data, width, column).sort())),
  );
  return { by: typeof by === "number" ? "by what was said" : `by the ${by}`, values, filled: missingRows(data, width) };
}

/** Rows whose numbers are missing: what is missing is missing in all numbers of a column. */
export function missingRows(data: Float32Array, width: number): number {
  let count = 0;
  for (let at = 0; at < data.length; at += width) if (Number.isNaN(data[at])) count++;
  return count;
}

/** `missing ones`, `12 missing ones`: how many training rows had. */
export function missingOnes(filled: number): string {
  if (filled === 0) return "missing ones";
  return `${filled.toLocaleString("en-US")} missing ${filled === 1 ? "one" : "ones"}`;
}
