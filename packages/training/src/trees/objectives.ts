import type { TargetRule } from "./tree-data.ts";
import type { ObjectiveName, TreeSettings } from "./tree-options.ts";

/** How scores become what is predicted: as they are, the second class's probability, all classes', or shares that are probabilities already. */
export type TreeLink = "identity" | "sigmoid" | "softmax" | "share";

/** Numbers that objectives read; plain, since threads are given them. */
export type ObjectiveNumbers = Pick<TreeSettings, "classes" | "quantile" | "delta">;

/** Rows as an objective sees them; scores and derivatives are `[outputs, rows]`. */
export interface ScoredRows {
  readonly rows: number;
  readonly scores: Float64Array;
  readonly target: Float64Array;
  readonly weights?: Float64Array | undefined;
}

export interface Derivatives extends ScoredRows {
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
}

/** A loss that trees lower: its value and derivatives by the scores of a row. */
export interface Objective {
  readonly link: TreeLink;
  readonly target: (numbers: ObjectiveNumbers) => TargetRule;
  /** Scores per row. Default: one. */
  readonly outputs?: (numbers: ObjectiveNumbers) => number;
  /** The scores before the first tree: the constant of least loss. */
  readonly base: (rows: Omit<ScoredRows, "scores">, numbers: ObjectiveNumbers) => readonly number[];
  /** Fills first and second derivatives of rows `start` to `end`, without their weights. */
  readonly derive: (rows: Derivatives, start: number, end: number, numbers: ObjectiveNumbers) => void;
  /** Loss of a row. */
  readonly loss: (rows: ScoredRows, row: number, numbers: ObjectiveNumbers) => number;
  /** Leaves are this quantile of what is left to explain, where second derivatives tell nothing. Default: a Newton step. */
  readonly leafQuantile?: (numbers: ObjectiveNumbers) => number;
}

const FINITE: TargetRule = { rule: "it is a finite number", holds: Number.isFinite };
const isClass = (classes: number): TargetRule => ({
  rule: `it is a class from 0 to ${classes - 1}`,
  holds: (target) => Number.isInteger(target) && target >= 0 && target < classes,
});
/** Probabilities stay so far from 0 in logarithms. */
const TINY = 1e-15;

/** The weighted mean of targets. */
function mean({ rows, target, weights }: Omit<ScoredRows, "scores">): number {
  let [sum, total] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const weight = weights?.[row] ?? 1;
    sum += weight * target[row]!;
    total += weight;
  }
  return sum / total;
}

/** Each class's share of the weight. */
function shares({ rows, target, weights }: Omit<ScoredRows, "scores">, classes: number): number[] {
  const sums = new Array<number>(classes).fill(0);
  for (let row = 0; row < rows; row++) sums[target[row]!]! += weights?.[row] ?? 1;
  const total = sums.reduce((sum, value) => sum + value, 0);
  return sums.map((sum) => sum / total);
}

const clipped = (share: number) => Math.min(Math.max(share, TINY), 1 - TINY);

/**
 * The least value up to which the weights reach the share `quantile` of their sum.
 *
 * @param order Places of values, which are left ascending.
 */
export function weightedQuantile(
  values: Float64Array,
  {
    order,
    weights,
    quantile,
  }: { readonly order: Int32Array; readonly weights?: Float64Array | undefined; readonly quantile: number },
): number {
  order.sort((a, b) => values[a]! - values[b]!);
  const total = order.reduce((sum, at) => sum + (weights?.[at] ?? 1), 0);
  let sum = 0;
  for (const at of order) {
    sum += weights?.[at] ?? 1;
    if (sum >= quantile * total) return values[at]!;
  }
  return values[order.at(-1)!]!;
}

const targetQuantile = ({ rows, target, weights }: Omit<ScoredRows, "scores">, quantile: number) => [
  weightedQuantile(target, { order: Int32Array.from({ length: rows }, (_, row) => row), weights, quantile }),
];

export const OBJECTIVES: Readonly<Record<ObjectiveName | "share", Objective>> = {
  squared: {
    link: "identity",
    target: () => FINITE,
    base: (rows) => [mean(rows)],
    derive: ({ scores, target, gradients, hessians }, start, end) => {
      for (let row = start; row < end; row++) {
        gradients[row] = scores[row]! - target[row]!;
        hessians[row] = 1;
      }
    },
    loss: ({ scores, target }, row) => (scores[row]! - target[row]!) ** 2,
  },

  /** Cross-entropy of two classes by the second one's log-odds. */
  logistic: {
    link: "sigmoid",
    target: () => isClass(2),
    base: (rows) => {
      const share = clipped(mean(rows));
      return [Math.log(share / (1 - share))];
    },
    derive: ({ scores, target, gradients, hessians }, start, end) => {
      for (let row = start; row < end; row++) {
        const probability = 1 / (1 + Math.exp(-scores[row]!));
        gradients[row] = probability - target[row]!;
        hessians[row] = probability * (1 - probability);
      }
    },
    loss: ({ scores, target }, row) => {
      const margin = target[row] === 1 ? scores[row]! : -scores[row]!;
      return Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin)));
    },
  },

  /** Cross-entropy of several classes; second derivatives by Friedman's classes / (classes − 1), as LightGBM has them. */
  softmax: {
    link: "softmax",
    target: ({ classes }) => isClass(classes),
    outputs: ({ classes }) => classes,
    base: (rows, { classes }) => shares(rows, classes).map((share) => Math.log(clipped(share))),
    derive: ({ rows, scores, target, gradients, hessians }, start, end, { classes }) => {
      const factor = classes / (classes - 1);
      for (let row = start; row < end; row++) {
        let most = Number.NEGATIVE_INFINITY;
        for (let at = row; at < scores.length; at += rows) if (scores[at]! > most) most = scores[at]!;
        let sum = 0;
        for (let at = row; at < scores.length; at += rows) {
          const power = Math.exp(scores[at]! - most);
          gradients[at] = power;
          sum += power;
        }
        for (let at = row; at < scores.length; at += rows) {
          const probability = gradients[at]! / sum;
          gradients[at] = probability;
          hessians[at] = factor * probability * (1 - probability);
        }
        gradients[target[row]! * rows + row]! -= 1;
      }
    },
    loss: ({ rows, scores, target }, row) => {
      let most = Number.NEGATIVE_INFINITY;
      for (let at = row; at < scores.length; at += rows) if (scores[at]! > most) most = scores[at]!;
      let sum = 0;
      for (let at = row; at < scores.length; at += rows) sum += Math.exp(scores[at]! - most);
      return most + Math.log(sum) - scores[target[row]! * rows + row]!;
    },
  },

  /** The pinball loss. */
  quantile: {
    link: "identity",
    target: () => FINITE,
    base: (rows, { quantile }) => targetQuantile(rows, quantile),
    derive: ({ scores, target, gradients, hessians }, start, end, { quantile }) => {
      for (let row = start; row < end; row++) {
        gradients[row] = scores[row]! >= target[row]! ? 1 - quantile : -quantile;
        hessians[row] = 1;
      }
    },
    loss: ({ scores, target }, row, { quantile }) => {
      const left = target[row]! - scores[row]!;
      return left >= 0 ? quantile * left : (quantile - 1) * left;
    },
    leafQuantile: ({ quantile }) => quantile,
  },

  absolute: {
    link: "identity",
    target: () => FINITE,
    base: (rows) => targetQuantile(rows, 0.5),
    derive: ({ scores, target, gradients, hessians }, start, end) => {
      for (let row = start; row < end; row++) {
        gradients[row] = Math.sign(scores[row]! - target[row]!);
        hessians[row] = 1;
      }
    },
    loss: ({ scores, target }, row) => Math.abs(scores[row]! - target[row]!),
    leafQuantile: () => 0.5,
  },

  /** Squared where the error is below `delta`, and linear beyond. */
  huber: {
    link: "identity",
    target: () => FINITE,
    base: (rows) => targetQuantile(rows, 0.5),
    derive: ({ scores, target, gradients, hessians }, start, end, { delta }) => {
      for (let row = start; row < end; row++) {
        gradients[row] = Math.min(Math.max(scores[row]! - target[row]!, -delta), delta);
        hessians[row] = 1;
      }
    },
    loss: ({ scores, target }, row, { delta }) => {
      const error = Math.abs(scores[row]! - target[row]!);
      return error <= delta ? error ** 2 / 2 : delta * (error - delta / 2);
    },
  },

  /** The squared error of classes as zeros and ones, by which a forest's leaves are shares; splits by it are those of Gini's index. */
  share: {
    link: "share",
    target: ({ classes }) => isClass(Math.max(classes, 2)),
    outputs: ({ classes }) => classes,
    base: (rows, { classes }) => (classes === 1 ? [mean(rows)] : shares(rows, classes)),
    derive: ({ rows, scores, target, gradients, hessians }, start, end, { classes }) => {
      for (let output = 0; output < classes; output++) {
        const own = classes === 1 ? 1 : output;
        for (let row = start; row < end; row++) {
          gradients[output * rows + row] = scores[output * rows + row]! - Number(target[row] === own);
          hessians[output * rows + row] = 1;
        }
      }
    },
    loss: ({ rows, scores, target }, row, { classes }) => {
      if (classes === 1) return -Math.log(clipped(target[row] === 1 ? scores[row]! : 1 - scores[row]!));
      let sum = 0;
      for (let at = row; at < scores.length; at += rows) sum += clipped(scores[at]!);
      return -Math.log(clipped(scores[target[row]! * rows + row]!) / sum);
    },
  },
};

const FOREST_OBJECTIVES: Partial<Record<ObjectiveName, "share">> = { logistic: "share", softmax: "share" };

/** The loss that trees are grown by: a forest predicts classes by shares. */
export function objectiveOf({
  objective,
  method,
}: Pick<TreeSettings, "objective" | "method">): keyof typeof OBJECTIVES {
  return (method === "forest" ? FOREST_OBJECTIVES[objective] : undefined) ?? objective;
}

/** The weighted mean of the rows' losses; of squared errors, its root. */
export function meanLoss(objective: keyof typeof OBJECTIVES, rows: ScoredRows, numbers: ObjectiveNumbers): number {
  const { loss } = OBJECTIVES[objective];
  let [sum, total] = [0, 0];
  for (let row = 0; row < rows.rows; row++) {
    const weight = rows.weights?.[row] ?? 1;
    if (weight === 0) continue;
    sum += weight * loss(rows, row, numbers);
    total += weight;
  }
  return objective === "squared" ? Math.sqrt(sum / total) : sum / total;
}
