import { maskTokens, type SentencePair } from "@modelwright/data";
import { RandomSource, type Tensor } from "@modelwright/engine";
import { type BertConfig, maskedLanguageModel } from "@modelwright/models";
import type { LanguageModelObjective, LanguageModelRows } from "./language-model-objective.ts";

/** Ids of the tokens that BERT's recipe needs. */
export interface MaskedTokenIds {
  readonly pad: number;
  readonly cls: number;
  readonly sep: number;
  readonly mask: number;
  /** All special tokens, also these. */
  readonly special: ReadonlySet<number>;
}

export interface MaskedObjectiveOptions {
  readonly config: BertConfig;
  readonly tokens: MaskedTokenIds;
  readonly train: readonly SentencePair[];
  readonly validation: readonly SentencePair[];
  readonly seed: number;
}

/** Sequence lengths are rounded up to a multiple of this: few distinct ones let the runtime reuse its memory. */
const LENGTH_STEP = 8;

/**
 * BERT's two tasks (Devlin et al. 2019, arXiv:1810.04805): the masked words of `[CLS] A [SEP] B [SEP]`, and whether B follows A.
 *
 * Masks are drawn anew in every pass (Liu et al. 2019, arXiv:1907.11692, section 4.1), from a stream named by seed, pass and row.
 */
export function maskedObjective(options: MaskedObjectiveOptions): LanguageModelObjective<"masked" | "nextSentence"> {
  const { config, tokens, seed } = options;
  const random = RandomSource.fromSeed(seed);
  const rows = (pairs: readonly SentencePair[], split: string) =>
    maskedRows(pairs, { tokens, vocabularySize: config.vocabularySize, random: random.stream("masking", split) });
  return {
    name: "masked-language-model",
    parts: ["masked", "nextSentence"],
    labels: { masked: "masked_labels", nextSentence: "next_sentence_labels" },
    build: (c) => {
      const ids = (name: string) => c.b.input(name, "int64", ["batch", "sequence"]);
      const inputIds = ids("input_ids");
      const attentionMask = ids("attention_mask");
      const tokenTypeIds = ids("token_type_ids");
      const positions = c.b.input("masked_positions", "int64", ["masked"]);
      const maskedLabels = c.b.input("masked_labels", "int64", ["masked"]);
      const nextLabels = c.b.input("next_sentence_labels", "int64", ["batch"]);
      const { words, nextSentence } = maskedLanguageModel(c, config, {
        inputIds,
        attentionMask,
        tokenTypeIds,
        positions,
      });
      return {
        inputs: [inputIds, attentionMask, tokenTypeIds, positions, maskedLabels, nextLabels],
        parts: {
          masked: { logits: words, labels: maskedLabels },
          nextSentence: { logits: nextSentence, labels: nextLabels },
        },
      };
    },
    train: rows(options.train, "train"),
    validation: rows(options.validation, "validation"),
  };
}

function maskedRows(
  pairs: readonly SentencePair[],
  options: { readonly tokens: MaskedTokenIds; readonly vocabularySize: number; readonly random: RandomSource },
): LanguageModelRows {
  const { tokens, vocabularySize, random } = options;
  const { pad, cls, sep, mask, special } = tokens;
  const lengths = Int32Array.from(pairs, ({ first, second }) => first.length + second.length + 3);
  return {
    lengths,
    batch(rows, epoch) {
      const longest = rows.reduce((most, row) => Math.max(most, lengths[row]!), 0);
      const length = Math.ceil(longest / LENGTH_STEP) * LENGTH_STEP;
      const inputIds = new BigInt64Array(rows.length * length).fill(BigInt(pad));
      const attentionMask = new BigInt64Array(rows.length * length);
      const tokenTypeIds = new BigInt64Array(rows.length * length);
      const positions: number[] = [];
      const labels: number[] = [];
      for (const [index, row] of rows.entries()) {
        const { first, second } = pairs[row]!;
        const ids = Int32Array.of(cls, ...first, sep, ...second, sep);
        const stream = random.stream(epoch, row);
        const masked = maskTokens(ids, { maskId: mask, special, vocabularySize, random: stream });
        const start = index * length;
        for (const [at, id] of ids.entries()) inputIds[start + at] = BigInt(id);
        attentionMask.fill(1n, start, start + ids.length);
        tokenTypeIds.fill(1n, start + first.length + 2, start + ids.length);
        for (const position of masked.positions) positions.push(start + position);
        labels.push(...masked.labels);
      }
      const isNext = Array.from(rows, (row) => (pairs[row]!.isNext ? 1 : 0));
      const shape = [rows.length, length];
      return {
        input_ids: { dtype: "int64", shape, data: inputIds },
        attention_mask: { dtype: "int64", shape, data: attentionMask },
        token_type_ids: { dtype: "int64", shape, data: tokenTypeIds },
        masked_positions: vector(positions),
        masked_labels: vector(labels),
        next_sentence_labels: vector(isNext),
      };
    },
  };
}

function vector(values: readonly number[]): Tensor<"int64"> {
  return { dtype: "int64", shape: [values.length], data: BigInt64Array.from(values, BigInt) };
}
