import type { Value } from "@modelwright/engine";
import { crossEntropy } from "./cross-entropy.ts";
import type { LossContext } from "./loss-context.ts";
import { type ReductionOption, reduceLosses } from "./reduction.ts";

export interface FocalValues extends ReductionOption {
  /** float32 `[batch, classes]`. */
  readonly logits: Value;
  /** int64 `[batch]`. */
  readonly labels: Value;
  /** How much rows that are already right are turned down; 0: cross-entropy; otherwise at least 1, below which its gradient has a pole. Default 2. */
  readonly gamma?: number;
}

/**
 * Focal loss of class labels (Lin et al. 2017, arXiv:1708.02002): (1 − p[y])^γ · −ln p[y].
 *
 * @returns Scalar float32; `[batch]` with reduction "none".
 */
export function focal(c: LossContext, { logits, labels, gamma = 2, reduction }: FocalValues): Value {
  const cost = crossEntropy(c, { logits, labels, reduction: "none" });
  return reduceLosses(c, turnedDown(c, cost, gamma), reduction);
}

export interface BinaryFocalValues extends ReductionOption {
  /** float32 `[batch, ...]`. */
  readonly logits: Value;
  /** float32 of the same shape: 0 or 1. */
  readonly targets: Value;
  /** 0, or at least 1. Default 2. */
  readonly gamma?: number;
  /** Factor on the cost of positive targets, 1 − alpha on that of negative ones. Default 0.25. */
  readonly alpha?: number;
}

/**
 * Focal loss of yes-or-no questions (Lin et al. 2017, arXiv:1708.02002): α · (1 − p)^γ · −ln p with p = σ(x) for positive targets, and
 * likewise with 1 − α and p = 1 − σ(x) for negative ones.
 *
 * @returns Scalar float32, the mean over every element; `[batch]` with reduction "none".
 */
export function binaryFocal(c: LossContext, values: BinaryFocalValues): Value {
  const { logits, targets, gamma = 2, alpha = 0.25, reduction } = values;
  const { b } = c;
  // A target of 0 turns the logit around: then every cost is softplus(−x) of a positive question.
  const sign = b.op("Sub", [b.op("Mul", [targets, b.scalar(2)]), b.scalar(1)]);
  const cost = b.op("Softplus", [b.op("Neg", [b.op("Mul", [logits, sign])])]);
  const balance = b.op("Add", [b.op("Mul", [targets, b.scalar(2 * alpha - 1)]), b.scalar(1 - alpha)]);
  return reduceLosses(c, b.op("Mul", [balance, turnedDown(c, cost, gamma)]), reduction);
}

/** (1 − e^−cost)^γ · cost. */
function turnedDown({ b }: LossContext, cost: Value, gamma: number): Value {
  if (gamma === 0) return cost;
  const miss = b.op("Sub", [b.scalar(1), b.op("Exp", [b.op("Neg", [cost])])]);
  return b.op("Mul", [b.op("Pow", [miss, b.scalar(gamma)]), cost]);
}
