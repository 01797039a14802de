import { DTYPES, type Emitter, type Value } from "@modelwright/engine";
import type { LossContext } from "../losses/loss-context.ts";
import type { CrfValues } from "./crf-scores.ts";

/** Sequences as a loop over their tokens reads them. T: tokens, B: batch, K: tags. */
export interface CrfSteps {
  /** float32 `[T, B, K]`. */
  readonly emissions: Value;
  /** bool `[T, B, 1]`: a token, not padding. */
  readonly live: Value;
  /** bool `[T, B, 1]`: the first token. */
  readonly first: Value;
  /** float32 `[B, K]`, all 0. */
  readonly zeros: Value;
}

export function crfSteps({ b }: LossContext, { emissions, mask }: Pick<CrfValues, "emissions" | "mask">): CrfSteps {
  const timeFirst = (value: Value) => b.op("Unsqueeze", [b.op("Transpose", [value], { perm: [1, 0] }), b.ints([2])]);
  const place = b.op("CumSum", [mask, b.scalar(1, "int64")]); // [B, T]
  const live = b.op("Cast", [mask], { to: DTYPES.bool.onnx });
  const first = b.op("And", [b.op("Equal", [place, b.scalar(1, "int64")]), live]);
  const sum = b.op("ReduceSum", [emissions, b.ints([1])], { keepdims: 0 }); // [B, K]
  return {
    emissions: b.op("Transpose", [emissions], { perm: [1, 0, 2] }),
    live: timeFirst(live),
    first: timeFirst(first),
    zeros: b.op("Mul", [sum, b.scalar(0)]),
  };
}

/**
 * The score of every tag behind every other.
 *
 * @param before float32 `[..., K]`, of the tags that come before.
 * @param transitions float32 `[K, K]`.
 * @returns float32 `[..., K, K]`: rows are the tags before.
 */
export function behindEach(b: Emitter, before: Value, transitions: Value): Value {
  return b.op("Add", [b.op("Unsqueeze", [before, b.ints([-1])]), transitions]);
}

/** A value without a gradient, so that what made it needs none: an integer carries none. Exact to 2⁻⁴⁰ up to 2²². */
export function withoutGradient(b: Emitter, value: Value): Value {
  const whole = b.op("Cast", [b.op("Mul", [value, b.scalar(FRACTIONS)])], { to: DTYPES.int64.onnx });
  return b.op("Mul", [b.op("Cast", [whole], { to: DTYPES.float32.onnx }), b.scalar(1 / FRACTIONS)]);
}

const FRACTIONS = 2 ** 40;
