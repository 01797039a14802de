import type { Value } from "@modelwright/engine";
import type { LossContext } from "./loss-context.ts";
import { type ReductionOption, reduceLosses } from "./reduction.ts";

/** Two vectors per row, float32 `[batch, width]` each. */
interface Pairs extends ReductionOption {
  readonly left: Value;
  readonly right: Value;
}

export interface CosineEmbeddingValues extends Pairs {
  /** float32 `[batch]`: 1 for vectors that belong together, −1 for others. */
  readonly targets: Value;
  /** Cosine up to which others cost nothing, in `[−1, 1]`. Default 0. */
  readonly margin?: number;
}

/**
 * 1 − cos for vectors that belong together, max(0, cos − margin) for others.
 *
 * @returns Scalar float32; `[batch]` with reduction "none".
 */
export function cosineEmbedding(c: LossContext, values: CosineEmbeddingValues): Value {
  const { left, right, targets, margin = 0, reduction } = values;
  const { b } = c;
  const norms = b.op("Mul", [squaredNorm(c, left), squaredNorm(c, right)]);
  const cosine = b.op("Div", [rowSum(c, b.op("Mul", [left, right])), b.op("Sqrt", [norms])]); // [B]
  const together = b.op("Sub", [b.scalar(1), cosine]);
  const apart = b.op("Relu", [b.op("Sub", [cosine, b.scalar(margin)])]);
  return reduceLosses(c, b.op("Where", [b.op("Greater", [targets, b.scalar(0)]), together, apart]), reduction);
}

export interface ContrastiveValues extends Pairs {
  /** float32 `[batch]`: 1 for vectors that belong together, 0 for others. */
  readonly targets: Value;
  /** Distance from which on others cost nothing. Default 1. */
  readonly margin?: number;
}

/**
 * Contrastive loss (Hadsell, Chopra & LeCun 2006, CVPR): d²/2 for vectors that belong together, max(0, margin − d)²/2 for others, with d
 * the Euclidean distance.
 *
 * @returns Scalar float32; `[batch]` with reduction "none".
 */
export function contrastive(c: LossContext, values: ContrastiveValues): Value {
  const { left, right, targets, margin = 1, reduction } = values;
  const { b } = c;
  const square = (x: Value) => b.op("Mul", [x, x]);
  const d = distance(c, left, right); // [B]
  const gap = b.op("Relu", [b.op("Sub", [b.scalar(margin), d])]);
  const together = b.op("Mul", [targets, square(d)]);
  const apart = b.op("Mul", [b.op("Sub", [b.scalar(1), targets]), square(gap)]);
  return reduceLosses(c, b.op("Mul", [b.op("Add", [together, apart]), b.scalar(0.5)]), reduction);
}

export interface TripletValues extends ReductionOption {
  /** float32 `[batch, width]`, as the other two. */
  readonly anchors: Value;
  readonly positives: Value;
  readonly negatives: Value;
  /** By how much the negative must be further away than the positive. Default 1. */
  readonly margin?: number;
}

/**
 * Triplet loss (Schroff, Kalenichenko & Philbin 2015, arXiv:1503.03832, with distances instead of their squares):
 * max(0, d(anchor, positive) − d(anchor, negative) + margin).
 *
 * @returns Scalar float32; `[batch]` with reduction "none".
 */
export function triplet(c: LossContext, values: TripletValues): Value {
  const { anchors, positives, negatives, margin = 1, reduction } = values;
  const difference = c.b.op("Sub", [distance(c, anchors, positives), distance(c, anchors, negatives)]);
  return reduceLosses(c, c.b.op("Relu", [c.b.op("Add", [difference, c.b.scalar(margin)])]), reduction);
}

export interface MultipleNegativesRankingValues extends ReductionOption {
  /** float32 `[batch, width]`; row i belongs to row i of the positives. */
  readonly anchors: Value;
  readonly positives: Value;
  /** Factor on the cosines before the softmax. Default 20. */
  readonly scale?: number;
}

/**
 * Multiple-negatives ranking (Henderson et al. 2017, arXiv:1705.00652): every other row's positive is a negative.
 *
 * Cross-entropy of scale · cos(anchor i, positive j) over j, with i as the label. It depends on which rows share a batch.
 *
 * @returns Scalar float32; `[batch]` with reduction "none".
 */
export function multipleNegativesRanking(c: LossContext, values: MultipleNegativesRankingValues): Value {
  const { anchors, positives, scale = 20, reduction } = values;
  const { b } = c;
  const unit = (x: Value) => b.op("Div", [x, b.op("Sqrt", [b.op("Unsqueeze", [squaredNorm(c, x), b.ints([1])])])]);
  const [left, right] = [b.op("Mul", [unit(anchors), b.scalar(scale)]), unit(positives)];
  const scores = b.op("MatMul", [left, b.op("Transpose", [right], { perm: [1, 0] })]); // [B, B]
  const normalizer = b.op("ReduceLogSumExp", [scores, b.ints([1])], { keepdims: 0 }); // [B]
  return reduceLosses(c, b.op("Sub", [normalizer, rowSum(c, b.op("Mul", [left, right]))]), reduction);
}

/** Added to each difference, as PyTorch does: a distance of exactly 0 has no gradient. */
const DISTANCE_EPSILON = 1e-6;
/** Added to squared norms: a vector of zeros has cosine 0. */
const NORM_EPSILON = 1e-12;

/** Euclidean distance of each row: `[batch, width]` twice → `[batch]`. */
function distance(c: LossContext, x: Value, y: Value): Value {
  const { b } = c;
  const difference = b.op("Add", [b.op("Sub", [x, y]), b.scalar(DISTANCE_EPSILON)]);
  return b.op("Sqrt", [rowSum(c, b.op("Mul", [difference, difference]))]);
}

function squaredNorm(c: LossContext, x: Value): Value {
  return c.b.op("Add", [rowSum(c, c.b.op("Mul", [x, x])), c.b.scalar(NORM_EPSILON)]);
}

function rowSum({ b }: LossContext, x: Value): Value {
  return b.op("ReduceSum", [x, b.ints([1])], { keepdims: 0 });
}
