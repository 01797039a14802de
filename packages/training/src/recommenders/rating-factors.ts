import { seededRandom } from "@modelwright/data";
import { backSubstitute, factoriseCholesky, forwardSubstitute } from "@modelwright/engine/linear-algebra";
import { type EventMatrix, transposed } from "./event-matrix.ts";

export interface RatingOptions {
  /** Width of the vectors. */
  readonly factors: number;
  /** λ of λ·(Σ|p|² + Σ|q|²). */
  readonly regularisation: number;
  readonly iterations: number;
  readonly seed: number;
  readonly shouldStop?: () => boolean;
}

/** Of users and items, beside the squared errors of their ratings. */
const BIAS_REGULARISATION = 4;
const FIRST_SIZE = 0.1;

/** Ratings as the sum of what the item gets from all and of what the user finds in it. */
export interface RatingFactors {
  /** Width of the rows: that of the vectors, and 1 for what a user gives to all. */
  readonly width: number;
  /** What an item nobody has rated gets. */
  readonly mean: number;
  /** What each item gets from a user of whom nothing is known, float32 `[items]`. */
  readonly offsets: Float32Array;
  /** float32 `[items, width]`: the vector u of a user with the rows h and ratings r solves (I + Σ h hᵀ) u = Σ (r − offset) h. */
  readonly rows: Float32Array;
}

/**
 * Factors of ratings with biases, by alternating least squares: r ≈ μ + b(user) + b(item) + p·q.
 *
 * @returns Undefined where it was stopped.
 * @see Koren, Bell & Volinsky 2009, "Matrix Factorization Techniques for Recommender Systems"; Zhou et al. 2008 for the alternation
 */
export function ratingFactors(matrix: EventMatrix, options: RatingOptions): RatingFactors | undefined {
  const { factors, regularisation, iterations, seed, shouldStop = () => false } = options;
  const width = factors + 1;
  const ratings = matrix.ratings!;
  const mean = ratings.reduce((sum, rating) => sum + rating, 0) / Math.max(1, ratings.length);
  const random = seededRandom(seed);
  // The last number of a vector is its bias.
  const drawn = (count: number) =>
    Float64Array.from({ length: count * width }, (_, i) =>
      i % width === factors ? 0 : (random.below(2 ** 31) / 2 ** 31 - 0.5) * FIRST_SIZE,
    );
  const sides = { users: drawn(matrix.users), items: drawn(matrix.items) };
  const byItem = transposed(matrix);
  for (let iteration = 0; iteration < iterations; iteration++) {
    if (shouldStop()) return undefined;
    solveSide(matrix, { vectors: sides.users, others: sides.items, width, regularisation, mean });
    solveSide(byItem, { vectors: sides.items, others: sides.users, width, regularisation, mean });
  }
  // In units of what is expected of a user's vector.
  const scale = Float64Array.from(
    { length: width },
    (_, i) => 1 / Math.sqrt(i === factors ? BIAS_REGULARISATION : regularisation),
  );
  const rows = new Float32Array(matrix.items * width);
  const offsets = new Float32Array(matrix.items);
  for (let item = 0; item < matrix.items; item++) {
    for (let i = 0; i < width; i++)
      rows[item * width + i] = (i === factors ? 1 : sides.items[item * width + i]!) * scale[i]!;
    offsets[item] = mean + sides.items[item * width + factors]!;
  }
  return { width, mean, offsets, rows };
}

function solveSide(
  { users: rows, starts, columns, ratings }: EventMatrix,
  {
    vectors,
    others,
    width,
    regularisation,
    mean,
  }: {
    readonly vectors: Float64Array;
    readonly others: Float64Array;
    readonly width: number;
    readonly regularisation: number;
    readonly mean: number;
  },
): void {
  const factors = width - 1;
  const a = new Float64Array(width * width);
  const y = new Float64Array(width);
  const row = new Float64Array(width);
  for (let own = 0; own < rows; own++) {
    a.fill(0);
    y.fill(0);
    for (let i = 0; i < width; i++) a[i * width + i] = i === factors ? BIAS_REGULARISATION : regularisation;
    for (let event = starts[own]!; event < starts[own + 1]!; event++) {
      const at = columns[event]! * width;
      for (let i = 0; i < width; i++) row[i] = i === factors ? 1 : others[at + i]!;
      const left = ratings![event]! - mean - others[at + factors]!;
      for (let i = 0; i < width; i++) {
        y[i]! += left * row[i]!;
        for (let j = 0; j <= i; j++) a[i * width + j]! += row[i]! * row[j]!;
      }
    }
    factoriseCholesky(a, width);
    forwardSubstitute(a, y);
    backSubstitute(a, y);
    vectors.set(y, own * width);
  }
}

/** The vector of a user by the ratings that the user gave. */
export function ratingUser(
  { width, offsets, rows }: RatingFactors,
  given: { readonly items: ArrayLike<number>; readonly ratings: ArrayLike<number> },
): Float64Array {
  const a = new Float64Array(width * width);
  const u = new Float64Array(width);
  for (let i = 0; i < width; i++) a[i * width + i] = 1;
  for (let h = 0; h < given.items.length; h++) {
    const item = given.items[h]!;
    const row = rows.subarray(item * width, (item + 1) * width);
    const left = given.ratings[h]! - offsets[item]!;
    for (let i = 0; i < width; i++) {
      u[i]! += left * row[i]!;
      for (let j = 0; j <= i; j++) a[i * width + j]! += row[i]! * row[j]!;
    }
  }
  factoriseCholesky(a, width);
  forwardSubstitute(a, u);
  backSubstitute(a, u);
  return u;
}

/** The rating that a user is expected to give. */
export function ratingOf({ width, offsets, rows }: RatingFactors, user: Float64Array, item: number): number {
  let sum = offsets[item]!;
  for (let i = 0; i < width; i++) sum += user[i]! * rows[item * width + i]!;
  return sum;
}
