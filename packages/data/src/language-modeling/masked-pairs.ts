import type { RandomSource, Tensor } from "@modelwright/engine";
import { maskTokens } from "./mask-tokens.ts";
import type { SentencePair } from "./sentence-pairs.ts";

/** Ids of the tokens that BERT's recipe needs. */
export interface MaskedTokenIds {
  readonly pad: number;
  readonly cls: number;
  readonly sep: number;
  readonly mask: number;
  /** All special tokens, also these. */
  readonly special: ReadonlySet<number>;
}

/** `[CLS] A [SEP] B [SEP]` with some tokens masked. */
export interface MaskedPair {
  readonly ids: Int32Array;
  /** Where B begins: from there on the token type is 1. */
  readonly secondAt: number;
  /** Places in `ids` to predict, in order, and what stood there. */
  readonly positions: Int32Array;
  readonly labels: Int32Array;
  readonly isNext: boolean;
}

/** Special tokens around and between the texts of a pair. */
export const PAIR_TOKENS = 3;

/** Sequence lengths are rounded up to a multiple of this: few distinct ones let the runtime reuse its memory. */
const LENGTH_STEP = 8;

/** Lays a pair out and masks it as `maskTokens` does. */
export function maskPair(
  { first, second, isNext }: SentencePair,
  options: { readonly tokens: MaskedTokenIds; readonly vocabularySize: number; readonly random: RandomSource },
): MaskedPair {
  const { tokens, vocabularySize, random } = options;
  const { cls, sep, mask, special } = tokens;
  const ids = Int32Array.of(cls, ...first, sep, ...second, sep);
  return {
    ids,
    secondAt: first.length + 2,
    isNext,
    ...maskTokens(ids, { maskId: mask, special, vocabularySize, random }),
  };
}

/** Pairs as BERT reads them, int64 `[pairs, sequence]` each, padded to the longest. */
export function pairTensors(
  pairs: readonly Pick<MaskedPair, "ids" | "secondAt">[],
  { pad }: Pick<MaskedTokenIds, "pad">,
): { readonly input_ids: Tensor; readonly attention_mask: Tensor; readonly token_type_ids: Tensor } {
  const longest = pairs.reduce((most, { ids }) => Math.max(most, ids.length), 0);
  const shape = [pairs.length, Math.ceil(longest / LENGTH_STEP) * LENGTH_STEP] as const;
  const [, length] = shape;
  const inputIds = new BigInt64Array(pairs.length * length).fill(BigInt(pad));
  const attentionMask = new BigInt64Array(pairs.length * length);
  const tokenTypeIds = new BigInt64Array(pairs.length * length);
  for (const [row, { ids, secondAt }] of pairs.entries()) {
    const start = row * length;
    inputIds.set(BigInt64Array.from(ids, BigInt), start);
    attentionMask.fill(1n, start, start + ids.length);
    tokenTypeIds.fill(1n, start + secondAt, start + ids.length);
  }
  return {
    input_ids: { dtype: "int64", shape, data: inputIds },
    attention_mask: { dtype: "int64", shape, data: attentionMask },
    token_type_ids: { dtype: "int64", shape, data: tokenTypeIds },
  };
}
