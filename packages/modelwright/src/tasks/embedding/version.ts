import type { Recipes } from "@modelwright/contracts";
import { loadTokenizer } from "@modelwright/data";
import type { Tensor } from "@modelwright/engine";
import { publishedWeights, type SentenceModel, writeSafetensors } from "@modelwright/models";
import type { VersionParts } from "../task.ts";
import type { FittedTextEncoder } from "../text-encoder/fit-text-encoder.ts";
import { textEncoderFiles, textEncoderManifest } from "../text-encoder/text-encoder-version.ts";
import { json, tensorsOf } from "../version-files.ts";

/**
 * What is kept and served of an embedder. A version of an encoder in Hugging Face's layout has sentence-transformers' files too, which open in
 * Python as they are.
 */
export function versionOf(fitted: FittedTextEncoder, recipe: Recipes["embedding"]): VersionParts<"embedding"> {
  const { loaded, model } = fitted;
  const { sentence } = loaded;
  return {
    files: { ...textEncoderFiles(fitted, {}), ...(sentence === undefined ? {} : sentenceFiles(fitted, sentence)) },
    manifest: {
      signature: { input: "text", output: "embedding", tensors: tensorsOf(model) },
      ...textEncoderManifest(fitted, recipe),
      embedding: { width: loaded.encoder.width, normalized: sentence?.normalized ?? false },
      examples: recipe.data.examples,
    },
  };
}

/** The modules of a sentence-transformers model, by their folders. */
const MODULES = {
  Transformer: "",
  Pooling: "1_Pooling",
  Normalize: "2_Normalize",
} as const;

function sentenceFiles(
  { loaded, parameters, padId, reading }: FittedTextEncoder,
  { pooling, normalized }: SentenceModel,
): Record<string, string | Uint8Array> {
  const { encoder, tokenizerJson, names } = loaded;
  const used = ["Transformer", "Pooling", ...(normalized ? ["Normalize"] : [])] as (keyof typeof MODULES)[];
  const modules = used.map((name, idx) => ({
    idx,
    name: String(idx),
    path: MODULES[name],
    type: `sentence_transformers.models.${name}`,
  }));
  const padToken = loadTokenizer(tokenizerJson).decode([padId], { keepSpecialTokens: true });
  return {
    "modules.json": json(modules),
    "sentence_bert_config.json": json({ max_seq_length: reading.maxLength, do_lower_case: false }),
    "config_sentence_transformers.json": json({ similarity_fn_name: "cosine" }),
    "1_Pooling/config.json": json({
      word_embedding_dimension: encoder.width,
      ...Object.fromEntries(Object.entries(FLAGS).map(([mode, flag]) => [flag, mode === pooling])),
    }),
    ...(normalized ? { "2_Normalize/config.json": json({}) } : {}),
    "tokenizer_config.json": json({
      tokenizer_class: "PreTrainedTokenizerFast",
      model_max_length: reading.maxLength,
      pad_token: padToken,
    }),
    ...(names === undefined ? {} : { "model.safetensors": safetensors(publishedWeights(names, parameters)) }),
  };
}

/** How older and newer releases of sentence-transformers read the pooling. */
const FLAGS = {
  cls: "pooling_mode_cls_token",
  mean: "pooling_mode_mean_tokens",
  max: "pooling_mode_max_tokens",
  mean_sqrt_len_tokens: "pooling_mode_mean_sqrt_len_tokens",
} as const satisfies Record<SentenceModel["pooling"], string>;

function safetensors(tensors: ReadonlyMap<string, Tensor<"float32">>): Uint8Array {
  return Buffer.concat(writeSafetensors(tensors, { format: "pt" }));
}
