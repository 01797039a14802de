import { seededRandom } from "@modelwright/data";
import { backward, factorise, forward } from "./dense-cholesky.ts";
import { type EventMatrix, transposed } from "./event-matrix.ts";

export interface ImplicitOptions {
  /** Width of the vectors. */
  readonly factors: number;
  /** How much an event weighs beside one that did not happen, whose weight is 1; 1 at least. */
  readonly confidence: number;
  /** λ of λ·(Σ|x|² + Σ|y|²). */
  readonly regularisation: number;
  readonly iterations: number;
  readonly seed: number;
  readonly onProgress?: (share: number) => void;
  readonly shouldStop?: () => boolean;
}

/** Steps of conjugate gradients for a vector in an iteration, which begin at the last one's vector (Takács, Pilászy & Tikk 2011). */
const STEPS = 3;

/**
 * Vectors of items such that those of users that fit them tell what was chosen: Σ c (p − x·y)² over all users and items, p 1 for an event and 0
 * for none. The vectors are turned so that that of a user with the items h solves (I + (c − 1) Σ z zᵀ) u = c Σ z.
 *
 * @returns float32 `[items, factors]`; undefined where it was stopped.
 * @see Hu, Koren & Volinsky 2008, "Collaborative Filtering for Implicit Feedback Datasets"
 */
export function implicitFactors(matrix: EventMatrix, options: ImplicitOptions): Float32Array | undefined {
  const { factors, iterations, seed, regularisation, onProgress = () => {}, shouldStop = () => false } = options;
  const byItem = transposed(matrix);
  const random = seededRandom(seed);
  const drawn = (count: number) =>
    Float32Array.from({ length: count * factors }, () => (random.below(2 ** 31) / 2 ** 31 - 0.5) * 0.1);
  const users = drawn(matrix.users);
  const items = drawn(matrix.items);
  for (let iteration = 0; iteration < iterations; iteration++) {
    if (shouldStop()) return undefined;
    solveSide(matrix, { vectors: users, others: items, ...options });
    solveSide(byItem, { vectors: items, others: users, ...options });
    onProgress((iteration + 1) / iterations);
  }
  // With G = YᵀY + λI = LLᵀ, y becomes z = L⁻¹y.
  const gram = gramOf(items, { rows: matrix.items, factors, regularisation });
  factorise(gram, factors);
  const turned = new Float32Array(items.length);
  for (let item = 0; item < matrix.items; item++) {
    const y = Float64Array.from(items.subarray(item * factors, (item + 1) * factors));
    forward(gram, y);
    turned.set(y, item * factors);
  }
  return turned;
}

/** YᵀY + λI, float64 `[factors, factors]`. */
function gramOf(
  vectors: Float32Array,
  {
    rows,
    factors,
    regularisation,
  }: { readonly rows: number; readonly factors: number; readonly regularisation: number },
): Float64Array {
  const gram = new Float64Array(factors * factors);
  for (let row = 0; row < rows; row++) {
    const at = row * factors;
    for (let i = 0; i < factors; i++) {
      const value = vectors[at + i]!;
      for (let j = 0; j < factors; j++) gram[i * factors + j]! += value * vectors[at + j]!;
    }
  }
  for (let i = 0; i < factors; i++) gram[i * factors + i]! += regularisation;
  return gram;
}

/** One vector after the other, by some steps of conjugate gradients. */
function solveSide(
  { users: rows, starts, columns }: EventMatrix,
  {
    vectors,
    others,
    factors,
    confidence,
    regularisation,
  }: Pick<ImplicitOptions, "factors" | "confidence" | "regularisation"> & {
    readonly vectors: Float32Array;
    readonly others: Float32Array;
  },
): void {
  const gram = gramOf(others, { rows: others.length / factors, factors, regularisation });
  const [r, p, ap] = [new Float64Array(factors), new Float64Array(factors), new Float64Array(factors)];
  for (let row = 0; row < rows; row++) {
    const x = vectors.subarray(row * factors, (row + 1) * factors);
    const own = columns.subarray(starts[row]!, starts[row + 1]!);
    if (own.length === 0) {
      x.fill(0);
      continue;
    }
    multiply(gram, x, r);
    for (let i = 0; i < factors; i++) r[i] = -r[i]!;
    for (const other of own) {
      const at = other * factors;
      const weight = confidence - (confidence - 1) * dot(others, at, x);
      for (let i = 0; i < factors; i++) r[i]! += weight * others[at + i]!;
    }
    p.set(r);
    let square = dot(r, 0, r);
    for (let step = 0; step < STEPS && square > 1e-20; step++) {
      multiply(gram, p, ap);
      for (const other of own) {
        const at = other * factors;
        const weight = (confidence - 1) * dot(others, at, p);
        for (let i = 0; i < factors; i++) ap[i]! += weight * others[at + i]!;
      }
      const size = square / dot(p, 0, ap);
      for (let i = 0; i < factors; i++) {
        x[i]! += size * p[i]!;
        r[i]! -= size * ap[i]!;
      }
      const next = dot(r, 0, r);
      for (let i = 0; i < factors; i++) p[i] = r[i]! + (next / square) * p[i]!;
      square = next;
    }
  }
}

function multiply(matrix: Float64Array, x: Float32Array | Float64Array, into: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] = dot(matrix, i * into.length, x);
}

function dot(values: Float32Array | Float64Array, at: number, x: Float32Array | Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += values[at + i]! * x[i]!;
  return sum;
}

/**
 * The vector of a user by the items that the user chose, as `implicitFactors` turns theirs.
 *
 * @param turned float32 `[items, factors]`.
 */
export function implicitUser(
  turned: Float32Array,
  chosen: ArrayLike<number>,
  { factors, confidence }: Pick<ImplicitOptions, "factors" | "confidence">,
): Float64Array {
  const a = new Float64Array(factors * factors);
  const u = new Float64Array(factors);
  for (let i = 0; i < factors; i++) a[i * factors + i] = 1;
  for (let h = 0; h < chosen.length; h++) {
    const z = turned.subarray(chosen[h]! * factors, (chosen[h]! + 1) * factors);
    for (let i = 0; i < factors; i++) {
      u[i]! += confidence * z[i]!;
      for (let j = 0; j < factors; j++) a[i * factors + j]! += (confidence - 1) * z[i]! * z[j]!;
    }
  }
  factorise(a, factors);
  forward(a, u);
  backward(a, u);
  return u;
}
