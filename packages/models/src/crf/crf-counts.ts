import { DTYPES, type Value } from "@modelwright/engine";
import { staticSize } from "../layers/dense.ts";
import type { LossContext } from "../losses/loss-context.ts";
import { type CrfSums, crfMarginals } from "./crf-marginals.ts";
import type { CrfValues } from "./crf-scores.ts";
import type { CrfSteps } from "./crf-steps.ts";

/** How often each score counts in the sequences of a batch. */
export interface CrfCounts {
  /** float32 `[T, B, K]`. */
  readonly emissions: Value;
  /** float32 `[K, K]`. */
  readonly transitions: Value;
  /** float32 `[K]`. */
  readonly start: Value;
  /** float32 `[K]`. */
  readonly end: Value;
}

/** The score of sequences in which each score counts so often: scalar float32. */
export function scoreOf({ b }: LossContext, values: CrfValues, counts: CrfCounts): Value {
  const emissions = b.op("Transpose", [values.emissions], { perm: [1, 0, 2] });
  const products = [
    b.op("Mul", [emissions, counts.emissions]),
    b.op("Mul", [values.transitions, counts.transitions]),
    b.op("Mul", [values.start, counts.start]),
    b.op("Mul", [values.end, counts.end]),
  ];
  return products
    .map((product) => b.op("ReduceSum", [product, b.ints(product.shape.map((_, axis) => axis))], { keepdims: 0 }))
    .reduce((sum, product) => b.op("Add", [sum, product]));
}

/**
 * How often each score is expected to count, over all sequences.
 *
 * @param transitions float32 `[K, K]`.
 */
export function expectedCounts(c: LossContext, sums: CrfSums, transitions: Value): CrfCounts {
  const { b } = c;
  const { emissions, forwards, backwards, total } = sums;
  const ends = endsOf(c, sums);
  const marginals = b.op("Where", [sums.live, crfMarginals(c, sums), b.scalar(0)]);
  // p(i at t − 1, j at t) = exp(α[t − 1, i] + transition[i, j] + emission[t, j] + β[t, j] − total)
  const reached = b.op("Sub", [b.op("Add", [emissions, backwards]), b.op("Unsqueeze", [total, b.ints([-1])])]);
  const left = b.op("Add", [b.op("Unsqueeze", [previousOf(c, forwards), b.ints([-1])]), transitions]);
  const pairs = b.op("Exp", [b.op("Add", [left, b.op("Unsqueeze", [reached, b.ints([-2])])])]); // [T, B, K, K]
  const inside = b.op("And", [sums.live, b.op("Not", [sums.first])]);
  const counted = b.op("Where", [b.op("Unsqueeze", [inside, b.ints([-1])]), pairs, b.scalar(0)]);
  return {
    emissions: marginals,
    transitions: overTokens(c, counted),
    start: overTokens(c, b.op("Mul", [marginals, ends.first])),
    end: overTokens(c, b.op("Mul", [marginals, ends.last])),
  };
}

/**
 * How often each score counts in given sequences.
 *
 * @param tags int64 `[batch, sequence]`; anything where there is padding.
 */
export function actualCounts(c: LossContext, steps: CrfSteps, tags: Value): CrfCounts {
  const { b } = c;
  const { live } = steps;
  const K = staticSize(steps.emissions, -1);
  const ends = endsOf(c, steps);
  const timeFirst = b.op("Transpose", [tags], { perm: [1, 0] }); // [T, B]
  const known = b.op("Where", [b.op("Squeeze", [live, b.ints([2])]), timeFirst, b.scalar(0, "int64")]);
  const marks = b.op("OneHot", [known, b.scalar(K, "int64"), b.constant("float32", [2], [0, 1])], { axis: -1 }); // [T, B, K]
  const chosen = b.op("Mul", [marks, asNumbers(c, live)]);
  const rows = (value: Value) => b.op("Reshape", [value, b.ints([-1, K])]);
  const inside = b.op("Mul", [chosen, b.op("Sub", [b.scalar(1), ends.first])]);
  return {
    emissions: chosen,
    transitions: b.op("MatMul", [b.op("Transpose", [rows(previousOf(c, chosen))], { perm: [1, 0] }), rows(inside)]),
    start: overTokens(c, b.op("Mul", [chosen, ends.first])),
    end: overTokens(c, b.op("Mul", [chosen, ends.last])),
  };
}

function overTokens({ b }: LossContext, value: Value): Value {
  return b.op("ReduceSum", [value, b.ints([0, 1])], { keepdims: 0 });
}

function asNumbers({ b }: LossContext, value: Value): Value {
  return b.op("Cast", [value], { to: DTYPES.float32.onnx });
}

/** What the token before had; the first one has its own. */
function previousOf({ b }: LossContext, value: Value): Value {
  const first = b.op("Slice", [value, b.ints([0]), b.ints([1]), b.ints([0])]);
  const all = b.op("Concat", [first, value], { axis: 0 });
  return b.op("Slice", [all, b.ints([0]), b.ints([-1]), b.ints([0])]);
}

/** float32 `[T, B, 1]`: 1 at the first token and at the last one of each sequence. */
function endsOf(c: LossContext, { live, first }: Pick<CrfSteps, "live" | "first">): { first: Value; last: Value } {
  const { b } = c;
  const lives = asNumbers(c, live);
  // Behind the last place there is none.
  const none = b.op("Mul", [b.op("Slice", [lives, b.ints([0]), b.ints([1]), b.ints([0])]), b.scalar(0)]);
  const all = b.op("Concat", [lives, none], { axis: 0 });
  const next = b.op("Slice", [all, b.ints([1]), b.ints([2 ** 31 - 1]), b.ints([0])]);
  return { first: asNumbers(c, first), last: b.op("Sub", [lives, next]) };
}
