import { tensor } from "@modelwright/engine";
import { backSubstitute, factoriseCholesky, forwardSubstitute } from "@modelwright/engine/linear-algebra";
import { fromFloat32Text, toFloat32Text } from "../float32-text.ts";
import { missingOnes, missingRows } from "./impute.ts";
import type { LearningRows } from "./learning-rows.ts";
import { FLOAT32, FLOAT64, type SeenRows } from "./seen-rows.ts";
import { rowOf, type Step } from "./step.ts";

/** Linear models of a column by the others, one for each of its numbers. */
export interface PredictedMissing {
  /** `[seen, width]`, float32 in base64; 0 for the column's own numbers. */
  readonly weight: string;
  readonly bias: readonly number[];
  /** Predictions stay within the values of the training rows. */
  readonly least: readonly number[];
  readonly most: readonly number[];
  /** Numbers of other columns that they read. */
  readonly reads: number;
  /** Missing values of training rows. */
  readonly filled: number;
}

/** λ of λ·Σw² beside the sum of squared errors. */
const PENALTY = 1;
/** Rows that models are learnt from, at most. */
const MOST_ROWS = 5000;

/**
 * In place of a missing value what ridge regression (Hoerl & Kennard 1970) says of it by the numbers of the other
 * columns, where a missing one is the mean.
 */
export const predictMissing: Step<PredictedMissing> = {
  looksAround: true,
  apply: (data, width, { weight, bias, least, most }, seen) => {
    const weights = fromFloat32Text(weight);
    return data.map((x, i) => {
      if (!Number.isNaN(x)) return x;
      const [row, k] = [Math.floor(i / width), i % width];
      let sum = bias[k]!;
      for (let j = 0; j < seen!.width; j++) sum += meanIfMissing(seen!, row, j) * weights[j * width + k]!;
      return Math.min(most[k]!, Math.max(least[k]!, sum));
    });
  },
  words: ({ reads, filled }) =>
    `${missingOnes(filled)} predicted by ${reads.toLocaleString("en-US")} ${reads === 1 ? "number" : "numbers"} of other columns`,
  compile: (b, x, { weight, bias, least, most }, seen) => {
    const weights = fromFloat32Text(weight);
    const width = bias.length;
    const matrix = b.initializer(
      b.scoped(`${x.name}.told`),
      tensor("float32", [weights.length / width, width], weights),
    );
    const sum = b.op("MatMul", [seen!.numbers, b.op("Cast", [matrix], { to: FLOAT64 })]);
    const told = b.op("Cast", [b.op("Add", [sum, b.constant("float64", [1, width], bias)])], { to: FLOAT32 });
    const within = b.op("Min", [b.op("Max", [told, rowOf(b, least)]), rowOf(b, most)]);
    return b.op("Where", [b.op("IsNaN", [x]), within, x]);
  },
};

function meanIfMissing({ numbers, width }: SeenRows, row: number, column: number): number {
  const value = numbers[row * width + column]!;
  return Number.isNaN(value) ? 0 : value;
}

export function fitPredictMissing(data: Float32Array, width: number, { seen, own }: LearningRows): PredictedMissing {
  const known: number[] = [];
  for (let row = 0; row * width < data.length; row++) if (Number.isFinite(data[row * width])) known.push(row);
  const stride = Math.max(1, Math.ceil(known.length / MOST_ROWS));
  const rows = known.filter((_, at) => at % stride === 0);
  const read = Array.from({ length: seen.width }, (_, column) => column).filter((column) => !own.includes(column));
  const values = (k: number) => rows.map((row) => data[row * width + k]!);
  const { means, factor, centred } = normalEquations(seen, rows, read);
  const weights = new Float32Array(seen.width * width);
  const bias: number[] = [];
  for (let k = 0; k < width; k++) {
    const actual = values(k);
    const mean = actual.reduce((sum, value) => sum + value, 0) / Math.max(1, actual.length);
    const right = new Float64Array(read.length);
    for (const [at, value] of actual.entries())
      for (let i = 0; i < read.length; i++) right[i]! += centred[at * read.length + i]! * (value - mean);
    forwardSubstitute(factor, right);
    backSubstitute(factor, right);
    read.forEach((column, i) => {
      weights[column * width + k] = right[i]!;
    });
    bias.push(mean - read.reduce((sum, column, i) => sum + means[i]! * weights[column * width + k]!, 0));
  }
  const bounds = Array.from({ length: width }, (_, k) => values(k));
  return {
    weight: toFloat32Text(weights),
    bias,
    least: bounds.map((all) => Math.fround(all.reduce((a, b) => Math.min(a, b), all[0] ?? 0))),
    most: bounds.map((all) => Math.fround(all.reduce((a, b) => Math.max(a, b), all[0] ?? 0))),
    reads: read.length,
    filled: missingRows(data, width),
  };
}

/** The factor of ZᵀZ + λI, where Z are the numbers of rows less their means. */
function normalEquations(seen: SeenRows, rows: readonly number[], read: readonly number[]) {
  const size = read.length;
  const means = read.map((column) => {
    return rows.reduce((sum, row) => sum + meanIfMissing(seen, row, column), 0) / Math.max(1, rows.length);
  });
  const centred = Float64Array.from({ length: rows.length * size }, (_, at) => {
    const [row, i] = [Math.floor(at / size), at % size];
    return meanIfMissing(seen, rows[row]!, read[i]!) - means[i]!;
  });
  const factor = new Float64Array(size * size);
  for (let at = 0; at < centred.length; at += size)
    for (let i = 0; i < size; i++) {
      const value = centred[at + i]!;
      if (value === 0) continue;
      for (let j = 0; j <= i; j++) factor[i * size + j]! += value * centred[at + j]!;
    }
  for (let i = 0; i < size; i++) factor[i * size + i]! += PENALTY;
  factoriseCholesky(factor, size);
  return { means, factor, centred };
}
