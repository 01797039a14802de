import { type MaskedTokenIds, maskPair, PAIR_TOKENS, pairTensors, type SentencePair } from "@modelwright/data";
import { RandomSource, type Tensor } from "@modelwright/engine";
import { type BertConfig, maskedLanguageModel } from "@modelwright/models";
import type { LanguageModelObjective, LanguageModelRows } from "./language-model-objective.ts";

export interface MaskedObjectiveOptions {
  readonly config: BertConfig;
  readonly tokens: MaskedTokenIds;
  readonly train: readonly SentencePair[];
  readonly validation: readonly SentencePair[];
  readonly seed: number;
}

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
  return {
    lengths: Int32Array.from(pairs, ({ first, second }) => first.length + second.length + PAIR_TOKENS),
    batch(rows, epoch) {
      const masked = Array.from(rows, (row) =>
        maskPair(pairs[row]!, { tokens, vocabularySize, random: random.stream(epoch, row) }),
      );
      const inputs = pairTensors(masked, tokens);
      const [, length] = inputs.input_ids.shape as [number, number];
      return {
        ...inputs,
        masked_positions: vector(
          masked.flatMap(({ positions }, row) => Array.from(positions, (at) => row * length + at)),
        ),
        masked_labels: vector(masked.flatMap(({ labels }) => Array.from(labels))),
        next_sentence_labels: vector(masked.map(({ isNext }) => (isNext ? 1 : 0))),
      };
    },
  };
}

function vector(values: readonly number[]): Tensor<"int64"> {
  return { dtype: "int64", shape: [values.length], data: BigInt64Array.from(values, BigInt) };
}
