import type { LinearModel } from "./linear-model.ts";
import { minimize } from "./minimize.ts";
import { MOST_SOLVED_FEATURES, type SparseRows, solveRidge } from "./ridge.ts";

/** Rows of numbers, all of them there. */
export interface DenseRows {
  readonly rows: number;
  readonly features: number;
  /** `[rows, features]`; standardised, so that one penalty fits all. */
  readonly values: Float32Array;
}

/** What rows are to become: class numbers below `classes`, or numbers. */
export type DenseTargets =
  | { readonly kind: "classes"; readonly classes: number; readonly actual: Int32Array }
  | { readonly kind: "numbers"; readonly actual: Float64Array };

export interface DenseTraining {
  /** How much each row counts. Default: 1. */
  readonly weights?: Float64Array | undefined;
  /** λ of λ/2·Σw² beside the sum of the rows' losses; the bias is spared. Default 1, as scikit-learn has it. */
  readonly l2?: number | undefined;
  readonly onProgress?: ((share: number) => void) | undefined;
  readonly shouldStop?: (() => boolean) | undefined;
}

/**
 * Fits logistic regression (multinomial, softmax) to its minimum by L-BFGS, and ridge regression by solving it, with many features by L-BFGS too.
 *
 * The loss of a number is half its squared error. The same rows give the same bits.
 *
 * @returns Weights `[features, classes]` (`[features, 1]` for numbers) and biases; undefined when it was stopped.
 */
export async function fitDenseLinear(
  { rows, features, values }: DenseRows,
  targets: DenseTargets,
  { weights, l2 = 1, ...options }: DenseTraining = {},
): Promise<LinearModel | undefined> {
  const width = targets.kind === "classes" ? targets.classes : 1;
  const total = weights === undefined ? rows : weights.reduce((sum, weight) => sum + weight, 0);
  const lossOf = targets.kind === "classes" ? classLoss(targets.actual) : numberLoss(targets.actual);
  const scores = new Float64Array(width);
  const sparse = nonZeros({ rows, features, values });
  if (targets.kind === "numbers" && features <= MOST_SOLVED_FEATURES) {
    if (options.shouldStop?.() === true) return undefined;
    const solved = solveRidge(sparse, targets.actual, { features, weights, l2 });
    if (solved !== undefined) return solved;
  }
  const { starts, columns, filled } = sparse;
  const penalised = features * width;
  const objective = (at: Float64Array, gradient: Float64Array): number => {
    let loss = 0;
    gradient.fill(0);
    for (let row = 0; row < rows; row++) {
      const [start, end] = [starts[row]!, starts[row + 1]!];
      for (let k = 0; k < width; k++) scores[k] = at[penalised + k]!;
      for (let i = start; i < end; i++) {
        const [value, first] = [filled[i]!, columns[i]! * width];
        for (let k = 0; k < width; k++) scores[k]! += value * at[first + k]!;
      }
      const weight = weights?.[row] ?? 1;
      loss += weight * lossOf(scores, row);
      for (let k = 0; k < width; k++) {
        scores[k]! *= weight;
        gradient[penalised + k]! += scores[k]!;
      }
      for (let i = start; i < end; i++) {
        const [value, first] = [filled[i]!, columns[i]! * width];
        for (let k = 0; k < width; k++) gradient[first + k]! += value * scores[k]!;
      }
    }
    for (let i = 0; i < penalised; i++) {
      loss += (l2 / 2) * at[i]! ** 2;
      gradient[i]! += l2 * at[i]!;
    }
    for (let i = 0; i < gradient.length; i++) gradient[i]! /= total;
    return loss / total;
  };
  const at = new Float64Array(penalised + width);
  if (!(await minimize(objective, at, options))) return undefined;
  return { weight: Float32Array.from(at.subarray(0, penalised)), bias: Float32Array.from(at.subarray(penalised)) };
}

/** Turns scores into the gradient of the loss by them, in place, and gives the loss. */
type RowLoss = (scores: Float64Array, row: number) => number;

/** Softmax and cross-entropy, in nats. */
function classLoss(actual: Int32Array): RowLoss {
  return (scores, row) => {
    let most = Number.NEGATIVE_INFINITY;
    for (const score of scores) if (score > most) most = score;
    const wanted = scores[actual[row]!]! - most;
    let sum = 0;
    for (let k = 0; k < scores.length; k++) {
      scores[k] = Math.exp(scores[k]! - most);
      sum += scores[k]!;
    }
    for (let k = 0; k < scores.length; k++) scores[k]! /= sum;
    scores[actual[row]!]! -= 1;
    return Math.log(sum) - wanted;
  };
}

/** Half the squared error. */
function numberLoss(actual: Float64Array): RowLoss {
  return (scores, row) => {
    scores[0]! -= actual[row]!;
    return scores[0]! ** 2 / 2;
  };
}

/** The values that are not 0, row after row: of one-hot categories most are. */
function nonZeros({ rows, features, values }: DenseRows): SparseRows {
  const count = values.reduce((sum, value) => sum + Number(value !== 0), 0);
  const starts = new Int32Array(rows + 1);
  const columns = new Int32Array(count);
  const filled = new Float32Array(count);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < features; j++) {
      const value = values[row * features + j]!;
      if (value === 0) continue;
      columns[at] = j;
      filled[at++] = value;
    }
    starts[row + 1] = at;
  }
  return { starts, columns, filled };
}
