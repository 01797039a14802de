/** Batches of which the duration is learnt. */
const SAMPLES = 50;
/** What an observation counts, against the one after it. */
const DECAY = 0.95;
/** Fewer say nothing yet: the first ones are slow. */
const FEWEST = 3;

export interface BatchSample {
  /** Sizes of the items, summed. */
  readonly size: number;
  /** What the model is given: every row as large as the largest. */
  readonly padded: number;
  /** For how long it kept a worker. */
  readonly durationMs: number;
}

/** A part of the duration that every batch has, and one that grows with its padded size. */
export interface DurationFit {
  readonly fixedMs: number;
  readonly msPerSize: number;
  /** Padded sizes over sizes, 1 at least. */
  readonly padding: number;
}

/**
 * How long batches of a lane take: a line through the last of them, the recent ones counting more.
 *
 * The rule is BentoML's: a straight line through the last 50 batches, decay 0.95, neither coefficient below zero.
 */
export class BatchDuration {
  readonly #samples: BatchSample[] = [];
  #fit: DurationFit | undefined;

  /** Undefined until there were a few batches. */
  get fit(): DurationFit | undefined {
    return this.#fit;
  }

  add(sample: BatchSample): void {
    this.#samples.push(sample);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    if (this.#samples.length >= FEWEST) this.#fit = fitLine(this.#samples);
  }
}

/** @param samples The oldest first. */
function fitLine(samples: readonly BatchSample[]): DurationFit {
  let [weights, sizes, padded, durations, squares, products] = [0, 0, 0, 0, 0, 0];
  for (const [i, sample] of samples.entries()) {
    const weight = DECAY ** (samples.length - 1 - i);
    weights += weight;
    sizes += weight * sample.size;
    padded += weight * sample.padded;
    durations += weight * sample.durationMs;
    squares += weight * sample.padded ** 2;
    products += weight * sample.padded * sample.durationMs;
  }
  const padding = sizes > 0 ? Math.max(1, padded / sizes) : 1;
  const spread = weights * squares - padded ** 2;
  const proportional = { fixedMs: 0, msPerSize: padded > 0 ? durations / padded : 0, padding };
  // Where all are of one size, nothing tells the parts apart: what grows is the part that does not promise too much.
  if (spread <= 1e-9 * weights * squares) return proportional;
  const msPerSize = (weights * products - padded * durations) / spread;
  const fixedMs = (durations - msPerSize * padded) / weights;
  if (fixedMs < 0) return { fixedMs: 0, msPerSize: products / squares, padding };
  if (msPerSize < 0) return { fixedMs: durations / weights, msPerSize: 0, padding };
  return { fixedMs, msPerSize, padding };
}

/** How long one batch takes. */
export function durationOf({ fixedMs, msPerSize }: DurationFit, padded: number): number {
  return fixedMs + msPerSize * padded;
}

/**
 * The padded size to which a batch may grow so that it takes no longer than told, but never below the one at which
 * half of its time is the fixed part: smaller ones would only cost throughput.
 */
export function sizeWithin({ fixedMs, msPerSize }: DurationFit, limitMs: number): number {
  if (msPerSize === 0) return Number.POSITIVE_INFINITY;
  return Math.max(limitMs - fixedMs, fixedMs) / msPerSize;
}
