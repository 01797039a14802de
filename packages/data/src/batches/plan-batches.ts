import { seededRandom, shuffle } from "../splits/seeded-random.ts";

/** Rows that go through the model together. */
export interface Batch {
  /** Row numbers. */
  readonly rows: Int32Array;
  /** Tokens that each row takes, padding included: those of the longest row, rounded up to a multiple of 8. */
  readonly length: number;
}

export interface BatchPlanOptions {
  /** Tokens of each row. Rows that are to be cut are cut before: the plan makes room for all of these. */
  readonly lengths: ArrayLike<number>;
  /** Rows in a batch; the last ones may have fewer. */
  readonly batchSize: number;
  readonly seed: number;
  /** With `seed` decides the order; a resumed run plans the same batches again. */
  readonly epoch: number;
  /** false: shortest rows first, the order for evaluation and prediction. */
  readonly shuffle: boolean;
}

/** Few distinct lengths let a runtime reuse its memory plan; 8 fits vector registers. */
const LENGTH_STEP = 8;
/** Batches that are sorted by length together: large enough for little padding, small enough to stay random. */
const BATCHES_PER_POOL = 50;

/**
 * Plans one epoch of length-bucketed batches: each row once, rows of like length together, so that little is padding.
 *
 * Rows are shuffled, cut into pools of 50 batches, sorted by length within a pool and cut into batches, which are
 * shuffled. The result depends on the options alone.
 */
export function planBatches(options: BatchPlanOptions): Batch[] {
  const { lengths, batchSize, seed, epoch } = options;
  const rows = Int32Array.from({ length: lengths.length }, (_, i) => i);
  const random = options.shuffle ? seededRandom(seed, epoch) : undefined;
  if (random !== undefined) shuffle(rows, random);
  const poolSize = random === undefined ? Math.max(1, rows.length) : batchSize * BATCHES_PER_POOL;
  const batches: Batch[] = [];
  for (let poolStart = 0; poolStart < rows.length; poolStart += poolSize) {
    const pool = rows.slice(poolStart, poolStart + poolSize).sort((a, b) => lengths[a]! - lengths[b]!);
    for (let start = 0; start < pool.length; start += batchSize) {
      const members = pool.slice(start, start + batchSize);
      batches.push({ rows: members, length: paddedLength(lengths[members.at(-1)!]!) });
    }
  }
  return random === undefined ? batches : shuffle(batches, random);
}

/** @param longest Tokens of the longest row of a batch. */
function paddedLength(longest: number): number {
  return Math.max(LENGTH_STEP, Math.ceil(longest / LENGTH_STEP) * LENGTH_STEP);
}
