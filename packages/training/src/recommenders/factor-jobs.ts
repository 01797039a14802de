import type { TeamJob, TeamWork } from "../threads/team-tickets.ts";
import { type FactorMemory, type FactorThread, openFactorThread, ROWS_OF_PART, SIDE } from "./factor-memory.ts";

/** Steps of conjugate gradients for a vector in an iteration, which begin at the last one's vector (Takács, Pilászy & Tikk 2011). */
const STEPS = 3;

export type FactorJobName = "solve";

const FACTOR_JOBS: Readonly<Record<FactorJobName, TeamJob<FactorThread>>> = {
  /** Vectors of some rows of a side. */
  solve: (thread, part) => {
    const { rows, starts, columns, vectors } = thread.sides[thread.words[SIDE]!]!;
    const { stride, others, listed } = thread;
    const first = part * thread.words[ROWS_OF_PART]!;
    const end = Math.min(rows, first + thread.words[ROWS_OF_PART]!);
    for (let row = first; row < end; row++) {
      const [from, to] = [starts[row]!, starts[row + 1]!];
      for (let event = from; event < to; event++)
        listed[event - from] = others.byteOffset + 4 * stride * columns[event]!;
      solveRow(thread, vectors.subarray(row * stride, (row + 1) * stride), to - from);
    }
  },
};

/** What the threads that solve vectors share. */
export const FACTOR_WORK: TeamWork<FactorMemory, FactorThread, FactorJobName> = {
  open: openFactorThread,
  jobs: FACTOR_JOBS,
  helper: new URL("../../dist/recommenders/factor-worker.js", import.meta.url),
};

/**
 * Solves (I + (c − 1) Σ z zᵀ) u = c Σ z for the vectors z that are listed.
 *
 * @param u float32 `[stride]`: where the steps begin, and what they reach.
 */
function solveRow(
  { stride, confidence, compute, left, direction, image, listed }: FactorThread,
  u: Float32Array,
  events: number,
): void {
  if (events === 0) {
    zero(u);
    return;
  }
  const bytes = 4 * stride;
  const [start, end] = [listed.byteOffset, listed.byteOffset + 4 * events];
  zero(left);
  compute.addRows(start, end, left.byteOffset, bytes);
  if (confidence === 1) {
    u.set(left);
    return;
  }
  const times = (vector: Float32Array) => {
    zero(image);
    compute.addProducts(start, end, vector.byteOffset, image.byteOffset, bytes);
    for (let i = 0; i < stride; i++) image[i] = vector[i]! + (confidence - 1) * image[i]!;
  };
  direction.set(u);
  times(direction);
  let square = 0;
  for (let i = 0; i < stride; i++) {
    const rest = confidence * left[i]! - image[i]!;
    left[i] = rest;
    direction[i] = rest;
    square += rest * rest;
  }
  for (let step = 0; step < STEPS && square > 1e-20; step++) {
    times(direction);
    let along = 0;
    for (let i = 0; i < stride; i++) along += direction[i]! * image[i]!;
    const size = square / along;
    let next = 0;
    for (let i = 0; i < stride; i++) {
      u[i] = u[i]! + size * direction[i]!;
      const rest = left[i]! - size * image[i]!;
      left[i] = rest;
      next += rest * rest;
    }
    for (let i = 0; i < stride; i++) direction[i] = left[i]! + (next / square) * direction[i]!;
    square = next;
  }
}

/** By a loop: for memory that threads share, `fill` is many times slower. */
function zero(values: Float32Array): void {
  for (let i = 0; i < values.length; i++) values[i] = 0;
}
