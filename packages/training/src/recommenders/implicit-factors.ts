import { seededRandom } from "@modelwright/data";
import {
  backSubstitute,
  factoriseCholesky,
  forwardSubstitute,
  invertedLower,
  transposedSquare,
} from "@modelwright/engine/linear-algebra";
import { Team } from "../threads/team.ts";
import { type EventMatrix, transposed } from "./event-matrix.ts";
import { FACTOR_WORK } from "./factor-jobs.ts";
import { allocateFactorMemory, type FactorSide, ROWS_OF_PART, SIDE } from "./factor-memory.ts";
import { RowProducts } from "./row-products.ts";

export interface ImplicitOptions {
  /** Width of the vectors. */
  readonly factors: number;
  /** c: how much an event weighs beside one that did not happen, whose weight is 1; 1 at least. */
  readonly confidence: number;
  /** λ of λ·(Σ|x|² + Σ|y|²). */
  readonly regularisation: number;
  readonly iterations: number;
  readonly seed: number;
  /** Default: 1. */
  readonly threads?: number | undefined;
  readonly onProgress?: (share: number) => void;
  readonly shouldStop?: () => boolean;
}

/** Rows, factors and iterations below which a second thread would not have begun before the first is done. */
const LEAST_SHARED = 2 ** 25;

/**
 * Vectors of items such that those of users that fit them tell what was chosen: Σ c (p − x·y)² over all users and items, p 1 for an event and 0
 * for none. The vectors are turned so that that of a user with the items h solves (I + (c − 1) Σ z zᵀ) u = c Σ z. The same events, options and
 * seed give the same bits with any number of threads.
 *
 * With Y the vectors of the other side and G = YᵀY + λI = LLᵀ, a row's equations (G + (c − 1) Σ y yᵀ) x = c Σ y become these for z = L⁻¹y and
 * u = Lᵀx: what a step costs is the row's events alone, and with c = 1 there is nothing left to solve.
 *
 * @returns float32 `[items, factors]`; undefined where it was stopped.
 * @see Hu, Koren & Volinsky 2008, "Collaborative Filtering for Implicit Feedback Datasets"
 */
export async function implicitFactors(
  matrix: EventMatrix,
  options: ImplicitOptions,
): Promise<Float32Array | undefined> {
  const { factors, confidence, iterations, seed, regularisation, threads = 1 } = options;
  const { onProgress = () => {}, shouldStop = () => false } = options;
  const work = matrix.columns.length * factors * iterations;
  const shared = { factors, confidence, threads: work < LEAST_SHARED ? 1 : threads };
  const team = new Team(FACTOR_WORK, {
    memory: allocateFactorMemory([matrix, transposed(matrix)], shared),
    threads: shared.threads,
  });
  const { stride, sides, others, words } = team.memory;
  const products = await RowProducts.open(stride);
  try {
    const random = seededRandom(seed);
    for (const { rows, vectors } of sides) {
      for (let row = 0; row < rows; row++)
        for (let i = 0; i < factors; i++) vectors[row * stride + i] = (random.below(2 ** 31) / 2 ** 31 - 0.5) * 0.1;
    }
    /** Turns the other side's vectors; returns L and L⁻¹. */
    const turn = async (into: Float32Array, { vectors }: FactorSide) => {
      const gram = await products.gram(vectors);
      for (let i = 0; i < stride; i++) gram[i * stride + i]! += regularisation;
      factoriseCholesky(gram, stride);
      const inverse = invertedLower(gram, stride);
      await products.multiply(vectors, transposedSquare(inverse, stride), into);
      return { lower: gram, inverse };
    };
    for (let iteration = 0; iteration < iterations; iteration++) {
      if (shouldStop()) return undefined;
      for (const [number, { rows, vectors }] of sides.entries()) {
        const { lower, inverse } = await turn(others, sides[1 - number]!);
        await products.multiply(vectors, lower, vectors);
        words[SIDE] = number;
        words[ROWS_OF_PART] = Math.ceil(rows / PARTS);
        team.run("solve", Math.ceil(rows / words[ROWS_OF_PART]!));
        await products.multiply(vectors, inverse, vectors);
      }
      onProgress((iteration + 1) / iterations);
    }
    const turned = new Float32Array(matrix.items * stride);
    await turn(turned, sides[1]);
    const found = new Float32Array(matrix.items * factors);
    for (let item = 0; item < matrix.items; item++)
      found.set(turned.subarray(item * stride, item * stride + factors), item * factors);
    return found;
  } finally {
    products.release();
    team.release();
  }
}

/** Pieces that a side's rows are cut into. */
const PARTS = 1024;

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
  factoriseCholesky(a, factors);
  forwardSubstitute(a, u);
  backSubstitute(a, u);
  return u;
}
