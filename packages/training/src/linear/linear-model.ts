import { type SparseVector, seededRandom, shuffle } from "@modelwright/data";

/** A linear model on sparse vectors. */
export interface LinearModel {
  /** `[features, width]`. */
  readonly weight: Float32Array;
  /** `[width]`. */
  readonly bias: Float32Array;
}

export interface LinearTraining {
  readonly vectors: readonly SparseVector[];
  readonly features: number;
  readonly width: number;
  /** Turns the scores of a row, `[width]`, into the gradient of its loss by them, in place. */
  readonly gradient: (scores: Float64Array, row: number) => void;
  /** Passes over the rows. */
  readonly epochs: number;
  /** Of the first update; it falls in a line to nothing. */
  readonly learningRate: number;
  readonly seed: number;
  /** Share of the work done, in [0, 1]; about ten times a second. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** Asked as often; true ends the work. */
  readonly shouldStop?: (() => boolean) | undefined;
}

/** Milliseconds after which other work of the thread has its turn. */
const TURN = 100;
/** A gradient so small is left out: most labels of a row that has learned are so far away. */
const NEGLIGIBLE = 1e-4;

/**
 * Trains a linear model by stochastic gradient descent, one row at a time, whose cost is that of what is not zero.
 *
 * Weights start at zero, and there is no penalty: few passes at a falling rate keep them small (Bottou 2010, "Large-Scale Machine Learning with
 * Stochastic Gradient Descent"). The same rows and seed give the same bits on every machine.
 *
 * @returns `undefined` when it was stopped.
 */
export async function trainLinear(options: LinearTraining): Promise<LinearModel | undefined> {
  const { vectors, features, width, gradient, epochs, learningRate, seed } = options;
  const model = { weight: new Float32Array(features * width), bias: new Float32Array(width) };
  const scores = new Float64Array(width);
  const moved = new Int32Array(width);
  const order = Int32Array.from(vectors.keys());
  const updates = epochs * vectors.length;
  let made = 0;
  let turn = performance.now();
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, seededRandom(seed, epoch));
    for (const row of order) {
      const vector = vectors[row]!;
      scoreInto(model, vector, scores);
      gradient(scores, row);
      const rate = learningRate * (1 - made++ / updates);
      update(model, vector, { scores, rate, moved });
      if ((made & 63) !== 0 || performance.now() - turn < TURN) continue;
      options.onProgress?.(made / updates);
      await new Promise(setImmediate);
      if (options.shouldStop?.() === true) return undefined;
      turn = performance.now();
    }
  }
  return model;
}

/** Scores of a vector, `[width]`. */
export function scoreInto(
  { weight, bias }: LinearModel,
  { indices, values }: SparseVector,
  scores: Float64Array,
): void {
  const width = bias.length;
  scores.set(bias);
  for (let k = 0; k < indices.length; k++) {
    const start = indices[k]! * width;
    const value = values[k]!;
    for (let j = 0; j < width; j++) scores[j]! += value * weight[start + j]!;
  }
}

function update(
  { weight, bias }: LinearModel,
  { indices, values }: SparseVector,
  { scores, rate, moved }: { readonly scores: Float64Array; readonly rate: number; readonly moved: Int32Array },
): void {
  const width = bias.length;
  let count = 0;
  for (let j = 0; j < width; j++) {
    if (Math.abs(scores[j]!) < NEGLIGIBLE) continue;
    scores[j]! *= -rate;
    bias[j]! += scores[j]!;
    moved[count++] = j;
  }
  for (let k = 0; k < indices.length; k++) {
    const start = indices[k]! * width;
    const value = values[k]!;
    for (let m = 0; m < count; m++) {
      const j = moved[m]!;
      weight[start + j]! += value * scores[j]!;
    }
  }
}
