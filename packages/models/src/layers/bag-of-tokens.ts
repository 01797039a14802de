import type { Value } from "@modelwright/engine";
import { constant } from "../parameters/initializers.ts";
import type { LayerContext } from "./layer-context.ts";

export interface BagOfTokensOptions {
  /** Scope of its parameter `weight` `[vocabularySize, classes]`, which starts at 0. */
  readonly name: string;
  readonly vocabularySize: number;
  readonly classes: number;
  /** The id of padding, which no text holds. Default 0. */
  readonly padId?: number;
}

/**
 * A score for each class from the tokens of a text in no order: the sum of the tokens' learned weights.
 *
 * A token that stands n times in the text weighs log(1 + n), and the weights of a text's distinct tokens have length 1 as a vector, as
 * TF-IDF rows have; how much a token says is left to learning. It reads a text of any length for almost nothing, which an encoder cannot.
 *
 * @param ids int64 `[batch, bag]`, padded at the end with `padId`.
 * @returns float32 `[batch, classes]`; zeros for a text without tokens.
 * @see Cheng et al. 2016, "Wide & Deep Learning for Recommender Systems", arXiv:1606.07792, for a linear model beside a deep one.
 */
export function bagOfTokens(c: LayerContext, ids: Value, options: BagOfTokensOptions): Value {
  const { name, vocabularySize, classes, padId = 0 } = options;
  const { b } = c;
  return c.scope(name, () => {
    const weight = c.parameter("weight", [vocabularySize, classes], { initializer: constant(0), decay: true });
    const isPadding = b.op("Equal", [ids, b.constant("int64", [], [padId])]); // [B, N]
    const keep = b.op("Cast", [b.op("Not", [isPadding])], { to: 1 }); // [B, N]
    const pairs = b.op("Equal", [b.op("Unsqueeze", [ids, b.ints([2])]), b.op("Unsqueeze", [ids, b.ints([1])])]); // [B, N, N]
    const column = b.op("Unsqueeze", [keep, b.ints([2])]); // [B, N, 1]
    const ones = b.op("MatMul", [b.op("Cast", [pairs], { to: 1 }), column]); // [B, N, 1]
    const count = b.op("Max", [b.op("Squeeze", [ones, b.ints([2])]), b.scalar(1)]); // [B, N], 1 for padding
    const weighed = b.op("Log", [b.op("Add", [count, b.scalar(1)])]); // [B, N]
    // Each of the n occurrences of a token carries an n-th of its weight, so that sums over occurrences are sums over tokens.
    const share = b.op("Div", [b.op("Mul", [weighed, keep]), count]); // [B, N]
    const squares = b.op("ReduceSum", [b.op("Mul", [share, weighed]), b.ints([1])], { keepdims: 1 }); // [B, 1]
    // One token alone has log(2)² = 0.48: less only where there is no token at all.
    const unit = b.op("Div", [share, b.op("Sqrt", [b.op("Max", [squares, b.scalar(0.25)])])]); // [B, N]
    const rows = b.op("Gather", [weight, ids], { axis: 0 }); // [B, N, classes]
    const sums = b.op("MatMul", [b.op("Unsqueeze", [unit, b.ints([1])]), rows]); // [B, 1, classes]
    return b.op("Squeeze", [sums, b.ints([1])]); // [B, classes]
  });
}
