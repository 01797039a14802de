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
  /** float32 `[batch, width]`: texts that belong to no anchor, each a negative of all of them. Default: none. */
  readonly negatives?: Value;
  /**
   * int64 `[batch]` each: numbers of the texts, or of their labels, equal where they are alike. Of two rows with one anchor or one positive,
   * neither's positive is a negative of the other; nor is any text a negative of a row whose anchor or positive it is. Default: every text
   * differs from every other one.
   */
  readonly numbers?: { readonly anchors: Value; readonly positives: Value; readonly negatives?: Value };
  /** Factor on the cosines before the softmax. Default 20. */
  readonly scale?: number;
}

/**
 * Multiple-negatives ranking (Henderson et al. 2017, arXiv:1705.00652): every other row's positive is a negative.
 *
 * Cross-entropy of scale · cos(anchor i, text j) over the positives and the further negatives, with positive i as the label. It depends on
 * which rows share a batch.
 *
 * @returns Scalar float32; `[batch]` with reduction "none".
 */
export function multipleNegativesRanking(c: LossContext, values: MultipleNegativesRankingValues): Value {
  const { anchors, positives, negatives, numbers, scale = 20, reduction } = values;
  const { b } = c;
  const [left, right] = [b.op("Mul", [unit(c, anchors), b.scalar(scale)]), unit(c, positives)];
  const scoresOf = (texts: Value, alike: Value | undefined) => {
    const scores = b.op("MatMul", [left, b.op("Transpose", [texts], { perm: [1, 0] })]); // [B, B]
    return alike === undefined ? scores : b.op("Where", [alike, b.scalar(NO_SCORE), scores]);
  };
  const scores = scoresOf(right, numbers && alikePositives(c, numbers));
  const all =
    negatives === undefined
      ? scores
      : b.op("Concat", [scores, scoresOf(unit(c, negatives), numbers && alikeNegatives(c, numbers))], { axis: 1 });
  const normalizer = b.op("ReduceLogSumExp", [all, b.ints([1])], { keepdims: 0 }); // [B]
  return reduceLosses(c, b.op("Sub", [normalizer, rowSum(c, b.op("Mul", [left, right]))]), reduction);
}

/** So small a score has no share in a softmax; no infinity, which a gradient would make NaN of. */
const NO_SCORE = -1e9;

type TextNumbers = NonNullable<MultipleNegativesRankingValues["numbers"]>;

/** Where the positive of a column belongs to the row though it is another row's: bool `[batch, batch]`. */
function alikePositives(c: LossContext, { anchors, positives }: TextNumbers): Value {
  const { b } = c;
  const rows = b.op("Squeeze", [b.op("Shape", [anchors]), b.ints([0])]);
  const places = b.op("Range", [b.scalar(0, "int64"), rows, b.scalar(1, "int64")]);
  const alike = anyOf(c, [equal(c, anchors, anchors), equal(c, positives, positives), equal(c, anchors, positives)]);
  return b.op("And", [alike, b.op("Not", [equal(c, places, places)])]);
}

/** Where the negative of a column is the row's anchor or positive: bool `[batch, batch]`. */
function alikeNegatives(c: LossContext, { anchors, positives, negatives }: TextNumbers): Value | undefined {
  return negatives && anyOf(c, [equal(c, anchors, negatives), equal(c, positives, negatives)]);
}

/** Each number of rows with each of columns: int64 `[batch]` twice → bool `[batch, batch]`. */
function equal({ b }: LossContext, rows: Value, columns: Value): Value {
  return b.op("Equal", [b.op("Unsqueeze", [rows, b.ints([1])]), b.op("Unsqueeze", [columns, b.ints([0])])]);
}

function anyOf({ b }: LossContext, conditions: readonly Value[]): Value {
  return conditions.reduce((any, each) => b.op("Or", [any, each]));
}

export interface CosineSimilarityValues extends Pairs {
  /** float32 `[batch]`: the cosine that two vectors should have, in `[−1, 1]`. */
  readonly similarities: Value;
}

/**
 * The squared distance of the cosine of two vectors from a number, as sentence-transformers' CosineSimilarityLoss.
 *
 * @returns Scalar float32; `[batch]` with reduction "none".
 */
export function cosineSimilarity(
  c: LossContext,
  { left, right, similarities, reduction }: CosineSimilarityValues,
): Value {
  const { b } = c;
  const cosine = rowSum(c, b.op("Mul", [unit(c, left), unit(c, right)])); // [B]
  const error = b.op("Sub", [cosine, similarities]);
  return reduceLosses(c, b.op("Mul", [error, error]), reduction);
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

/** Vectors of length 1: `[batch, width]` → the same. */
function unit(c: LossContext, x: Value): Value {
  const { b } = c;
  return b.op("Div", [x, b.op("Sqrt", [b.op("Unsqueeze", [squaredNorm(c, x), b.ints([1])])])]);
}

function squaredNorm(c: LossContext, x: Value): Value {
  return c.b.op("Add", [rowSum(c, c.b.op("Mul", [x, x])), c.b.scalar(NORM_EPSILON)]);
}

function rowSum({ b }: LossContext, x: Value): Value {
  return b.op("ReduceSum", [x, b.ints([1])], { keepdims: 0 });
}
