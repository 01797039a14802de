import { PAIR_TOKENS, sentencePairs, type TextDocument, type TextTokenizer } from "@modelwright/data";
import { RandomSource } from "@modelwright/engine";
import {
  type BertConfig,
  type BuiltModel,
  bert,
  buildModel,
  givenParameters,
  INFERENCE,
  maskedLanguageModel,
  type Parameters,
  publishedMaskedModel,
} from "@modelwright/models";
import { maskedDefinition, maskedRows } from "./masked-rows.ts";
import {
  type PretrainedLanguageModel,
  type PretrainingKind,
  type PretrainingOptions,
  pretrain,
  requireToken,
} from "./pretrain.ts";

/** The special tokens of a model from scratch. */
export const MASKED_TOKENS = { pad: "[PAD]", unknown: "[UNK]", cls: "[CLS]", sep: "[SEP]", mask: "[MASK]" } as const;

/** BERT's recipe (Devlin et al. 2019, arXiv:1810.04805): masked tokens, and whether a text follows another. */
export const maskedPretraining: PretrainingKind = {
  specialTokens: () => Object.values(MASKED_TOKENS),
  prepare: ({ tokenizer, documents, model, sequenceLength, seed }) => {
    const ids = maskedTokenIds(tokenizer);
    const encode = (part: readonly TextDocument[]) =>
      part.map(({ sentences }) => sentences.map((sentence) => tokenizer.encode(sentence, Number.POSITIVE_INFINITY)));
    const pairs = (part: readonly TextDocument[]) =>
      sentencePairs({ documents: encode(part), length: sequenceLength - PAIR_TOKENS, seed });
    const config: BertConfig = {
      ...model,
      vocabularySize: tokenizer.vocabularySize,
      positions: sequenceLength,
      tokenTypes: 2,
    };
    const encoder = bert(config);
    const tokens = { ...ids, special: new Set(Object.values(ids)) };
    const { vocabularySize } = config;
    const random = RandomSource.fromSeed(seed);
    const rows = (split: "train" | "validation") =>
      maskedRows(pairs(documents[split]), { tokens, vocabularySize, random: random.stream("masking", split) });
    return {
      definition: maskedDefinition(config),
      train: rows("train"),
      validation: rows("validation"),
      config: {
        architectures: ["BertForPreTraining"],
        model_type: "bert",
        ...encoder.config,
        pad_token_id: ids.pad,
        dtype: "float32",
      },
      prediction: (parameters) => maskedPrediction(config, parameters),
      published: (parameters) => publishedMaskedModel(encoder, parameters),
    };
  },
};

/**
 * Pre-trains a BERT from scratch: masked words and next sentences.
 *
 * Writes a folder in the layout that transformers.js and Optimum read: `config.json`, `tokenizer.json`, `onnx/model.onnx` (`input_ids`,
 * `attention_mask`, `token_type_ids` to `logits` and `seq_relationship_logits`) and `model.safetensors` under the names of transformers'
 * `BertForPreTraining`: the folder is a `model.base`. Started again with the same options after it was killed, it goes on from its checkpoint, to the same bits.
 *
 * @throws {ModelwrightError} `DATA_TEXT_TOO_SHORT`, `TOKENIZER_INVALID`, `TRAINING_DIVERGED`, `TRAINING_CHECKPOINT_MISMATCH`.
 */
export function pretrainMaskedLanguageModel(options: PretrainingOptions): Promise<PretrainedLanguageModel> {
  return pretrain(options, maskedPretraining);
}

function maskedPrediction(config: BertConfig, parameters: Parameters): BuiltModel {
  return buildModel({
    name: "masked-language-model",
    source: givenParameters(parameters, "parameters"),
    build: INFERENCE,
    body: (c) => {
      const input = (name: string) => c.b.input(name, "int64", ["batch", "sequence"]);
      const inputIds = input("input_ids");
      const attentionMask = input("attention_mask");
      const tokenTypeIds = input("token_type_ids");
      const { words, nextSentence } = maskedLanguageModel(c, config, { inputIds, attentionMask, tokenTypeIds });
      return {
        inputs: [inputIds, attentionMask, tokenTypeIds],
        outputs: { logits: words, seq_relationship_logits: nextSentence },
      };
    },
  });
}

/** @throws {ModelwrightError} `TOKENIZER_INVALID` where the tokenizer lacks one. */
export function maskedTokenIds(tokenizer: TextTokenizer): Readonly<Record<keyof typeof MASKED_TOKENS, number>> {
  const entries = Object.entries(MASKED_TOKENS).map(([role, token]) => [role, requireToken(tokenizer, token)]);
  return Object.fromEntries(entries) as Record<keyof typeof MASKED_TOKENS, number>;
}
