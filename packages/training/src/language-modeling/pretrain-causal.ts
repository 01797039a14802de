import { type TextDocument, type TextTokenizer, type TokenBlockOptions, tokenBlocks } from "@modelwright/data";
import { buildDecoder, decoderParameterNames, gpt2, publishedWeights } from "@modelwright/models";
import type { BatchSource } from "../model/tensor-dataset.ts";
import { causalDefinition, causalRows } from "./causal-rows.ts";
import {
  type PretrainedLanguageModel,
  type PretrainingKind,
  type PretrainingOptions,
  pretrain,
  requireToken,
} from "./pretrain.ts";

const UNKNOWN = "[UNK]";
/** Ends every text of a model from scratch. */
export const END_OF_TEXT = "<|endoftext|>";

/** GPT's recipe (Radford et al. 2019): the next token of documents that are joined and cut. */
export const causalPretraining: PretrainingKind = {
  specialTokens: (kind) => (kind === "byte-pair" ? [END_OF_TEXT] : [UNKNOWN, END_OF_TEXT]),
  prepare: ({ tokenizer, documents, model, sequenceLength }) => {
    const { endOfText } = causalTokenIds(tokenizer);
    const rows = (part: readonly TextDocument[]) =>
      documentRows(part, { tokenizer, endOfTextId: endOfText, length: sequenceLength });
    const decoder = gpt2({ ...model, vocabularySize: tokenizer.vocabularySize, positions: sequenceLength });
    const tokenIds = { bos_token_id: endOfText, eos_token_id: endOfText };
    return {
      definition: causalDefinition(decoder),
      train: rows(documents.train),
      validation: rows(documents.validation),
      config: {
        architectures: [decoder.className],
        model_type: decoder.modelType,
        ...decoder.config,
        ...tokenIds,
        dtype: "float32",
      },
      generation: tokenIds,
      prediction: (parameters) => buildDecoder({ decoder, parameters }),
      published: (parameters) => publishedWeights(decoderParameterNames(decoder), parameters),
    };
  },
};

/** Documents in rows of `length` tokens, joined and cut. */
export function documentRows(
  documents: readonly TextDocument[],
  options: { readonly tokenizer: TextTokenizer } & Omit<TokenBlockOptions, "documents">,
): BatchSource {
  const { tokenizer, ...blocks } = options;
  const texts = documents.map(({ sentences }) => tokenizer.encode(sentences.join("\n"), Number.POSITIVE_INFINITY));
  return causalRows(tokenBlocks({ ...blocks, documents: texts }), blocks.length);
}

/** @throws {ModelwrightError} `TOKENIZER_INVALID` where the tokenizer lacks one. */
export function causalTokenIds(tokenizer: TextTokenizer): { readonly endOfText: number } {
  return { endOfText: requireToken(tokenizer, END_OF_TEXT) };
}

/**
 * Pre-trains a GPT-2 from scratch: the next token of documents that are joined and cut.
 *
 * Writes a folder as `pretrainMaskedLanguageModel` does; its `onnx/model.onnx` takes `input_ids` to `logits`.
 *
 * @throws {ModelwrightError} `DATA_TEXT_TOO_SHORT`, `TOKENIZER_INVALID`, `TRAINING_DIVERGED`, `TRAINING_CHECKPOINT_MISMATCH`.
 */
export function pretrainCausalLanguageModel(options: PretrainingOptions): Promise<PretrainedLanguageModel> {
  return pretrain(options, causalPretraining);
}
