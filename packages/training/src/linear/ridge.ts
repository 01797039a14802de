import type { LinearModel } from "./linear-model.ts";

/** Features up to which the normal equations are solved: their matrix then takes 32 MB, and its factors some seconds. */
export const MOST_SOLVED_FEATURES = 2000;
/** A pivot below this share of its column's square is no pivot: the column says what others say. */
const LEAST_PIVOT = 1e-12;

/** The values of rows that are not 0: those of row r are `starts[r]` to `starts[r + 1]`. */
export interface SparseRows {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly filled: Float32Array;
}

/**
 * Ridge regression (Hoerl & Kennard 1970) by its normal equations, which a Cholesky factorisation solves in float64.
 *
 * @param weights How much each row counts. Default: 1.
 * @param l2 λ of λ/2·Σw² beside half the sum of squared errors; the bias is spared.
 * @returns Undefined where columns repeat one another and no penalty tells them apart.
 */
export function solveRidge(
  { starts, columns, filled }: SparseRows,
  actual: Float64Array,
  {
    features,
    weights,
    l2,
  }: { readonly features: number; readonly weights?: Float64Array | undefined; readonly l2: number },
): LinearModel | undefined {
  // The bias is one more column, of ones.
  const size = features + 1;
  const matrix = new Float64Array(size * size);
  const right = new Float64Array(size);
  for (let row = 0; row < actual.length; row++) {
    const [start, end, weight] = [starts[row]!, starts[row + 1]!, weights?.[row] ?? 1];
    for (let i = start; i < end; i++) {
      const [value, at] = [weight * filled[i]!, columns[i]! * size];
      // Columns of a row rise, so that this is the upper triangle.
      for (let j = i; j < end; j++) matrix[at + columns[j]!]! += value * filled[j]!;
      matrix[at + features]! += value;
      right[columns[i]!]! += value * actual[row]!;
    }
    matrix[size * size - 1]! += weight;
    right[features]! += weight * actual[row]!;
  }
  for (let i = 0; i < features; i++) matrix[i * size + i]! += l2;
  if (!factorise(matrix, size)) return undefined;
  substitute(matrix, right);
  return { weight: Float32Array.from(right.subarray(0, features)), bias: Float32Array.of(right[features]!) };
}

/** A = RᵀR, in the upper triangle of A itself. False where A is not positive definite. */
function factorise(matrix: Float64Array, size: number): boolean {
  for (let i = 0; i < size; i++) {
    const square = matrix[i * size + i]!;
    for (let k = 0; k < i; k++) {
      const factor = matrix[k * size + i]!;
      if (factor === 0) continue;
      const [from, to] = [k * size, i * size];
      for (let j = i; j < size; j++) matrix[to + j]! -= factor * matrix[from + j]!;
    }
    const pivot = matrix[i * size + i]!;
    if (!(pivot > LEAST_PIVOT * square)) return false;
    const scale = 1 / Math.sqrt(pivot);
    for (let j = i; j < size; j++) matrix[i * size + j]! *= scale;
  }
  return true;
}

/** Solves RᵀR x = b in place. */
function substitute(matrix: Float64Array, b: Float64Array): void {
  const size = b.length;
  for (let i = 0; i < size; i++) {
    b[i]! /= matrix[i * size + i]!;
    for (let j = i + 1; j < size; j++) b[j]! -= matrix[i * size + j]! * b[i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let j = i + 1; j < size; j++) b[i]! -= matrix[i * size + j]! * b[j]!;
    b[i]! /= matrix[i * size + i]!;
  }
}
