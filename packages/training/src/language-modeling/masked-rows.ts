import {
  CHUNK_TOKENS,
  type MaskedPair,
  type MaskedTokenIds,
  maskChunk,
  maskPair,
  PAIR_TOKENS,
  pairTensors,
  type SentencePair,
  type TextChunk,
} from "@modelwright/data";
import type { RandomSource, Tensor } from "@modelwright/engine";
import {
  type BertConfig,
  defineModel,
  type LossValues,
  type ModelDefinition,
  maskedLanguageModel,
  type TensorSpec,
  type TensorSpecs,
} from "@modelwright/models";
import type { BatchSource } from "../model/tensor-dataset.ts";
import { correctPlaces, lossOfParts, type PredictedPart } from "./predicted-parts.ts";

const IDS: TensorSpec = { dtype: "int64", shape: ["batch", "sequence"] };
const MASKED: TensorSpec = { dtype: "int64", shape: ["masked"] };

/**
 * BERT's two tasks (Devlin et al. 2019, arXiv:1810.04805): the masked words of `[CLS] A [SEP] B [SEP]`, and whether B follows A.
 *
 * Words are predicted at `masked_positions` alone, places in the flat `[batch · sequence]`, which spares the product for all others.
 */
export function maskedDefinition(config: BertConfig): ModelDefinition {
  const partsOf = ({ outputs, targets }: LossValues<TensorSpecs, TensorSpecs, Outputs>) =>
    ({
      masked: { logits: outputs.words, labels: targets.masked_labels! },
      nextSentence: { logits: outputs.nextSentence, labels: targets.next_sentence_labels! },
    }) satisfies Record<string, PredictedPart>;
  return defineModel({
    name: "masked-language-model",
    inputs: { input_ids: IDS, attention_mask: IDS, token_type_ids: IDS, masked_positions: MASKED },
    targets: { masked_labels: MASKED, next_sentence_labels: { dtype: "int64", shape: ["batch"] } },
    forward: (c, { input_ids, attention_mask, token_type_ids, masked_positions }) =>
      maskedLanguageModel(c, config, {
        inputIds: input_ids,
        attentionMask: attention_mask,
        tokenTypeIds: token_type_ids,
        positions: masked_positions,
      }),
    loss: (c, values) => lossOfParts(c, partsOf(values)),
    sums: (c, values) => correctPlaces(c, partsOf(values)),
  });
}

type Outputs = ReturnType<typeof maskedLanguageModel>;

interface MaskingOptions {
  readonly tokens: MaskedTokenIds;
  readonly vocabularySize: number;
  readonly random: RandomSource;
}

/**
 * Pairs of sentences with masks that are drawn anew in every pass (Liu et al. 2019, arXiv:1907.11692, section 4.1), from a stream named by
 * pass and row. A batch weighs its masked places and its pairs.
 */
export function maskedRows(pairs: readonly SentencePair[], options: MaskingOptions): BatchSource {
  const { tokens, vocabularySize, random } = options;
  return {
    rows: pairs.length,
    lengths: Int32Array.from(pairs, ({ first, second }) => first.length + second.length + PAIR_TOKENS),
    weight: (rows, tensors) => ({ masked: tensors.masked_labels!.data.length, nextSentence: rows.length }),
    batch(rows, epoch = 0) {
      const masked = Array.from(rows, (row) =>
        maskPair(pairs[row]!, { tokens, vocabularySize, random: random.stream(epoch, row) }),
      );
      return {
        ...maskedTensors(masked, tokens),
        next_sentence_labels: vector(masked.map(({ isNext }) => (isNext ? 1 : 0))),
      };
    },
  };
}

/**
 * As `maskedRows`, of texts that stand alone. A batch weighs its masked places.
 *
 * @param options.inputs What the encoder reads, by the names of its tensors.
 */
export function maskedTextRows(
  chunks: readonly TextChunk[],
  { inputs, ...options }: MaskingOptions & { readonly inputs: readonly string[] },
): BatchSource {
  const { tokens, vocabularySize, random } = options;
  const names = new Set([...inputs, "masked_positions", "masked_labels"]);
  return {
    rows: chunks.length,
    lengths: Int32Array.from(chunks, ({ ids }) => ids.length + CHUNK_TOKENS),
    weight: (_, tensors) => tensors["masked_labels"]!.data.length,
    batch(rows, epoch = 0) {
      const masked = Array.from(rows, (row) =>
        maskChunk(chunks[row]!, { tokens, vocabularySize, random: random.stream(epoch, row) }),
      );
      return Object.fromEntries(Object.entries(maskedTensors(masked, tokens)).filter(([name]) => names.has(name)));
    },
  };
}

/** Masked texts as an encoder reads them, with the places that are predicted. */
function maskedTensors(
  masked: readonly Pick<MaskedPair, "ids" | "secondAt" | "positions" | "labels">[],
  tokens: MaskedTokenIds,
): Readonly<Record<string, Tensor>> {
  const inputs = pairTensors(masked, tokens);
  const [, length] = inputs.input_ids.shape as [number, number];
  return {
    ...inputs,
    masked_positions: vector(masked.flatMap(({ positions }, row) => Array.from(positions, (at) => row * length + at))),
    masked_labels: vector(masked.flatMap(({ labels }) => Array.from(labels))),
  };
}

function vector(values: readonly number[]): Tensor<"int64"> {
  return { dtype: "int64", shape: [values.length], data: BigInt64Array.from(values, BigInt) };
}
