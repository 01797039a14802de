import type { Recipes } from "@modelwright/contracts";
import { loadTokenizer } from "@modelwright/data";
import type { Tensor } from "@modelwright/engine";
import {
  type PublishedDense,
  publishedDense,
  publishedWeights,
  type SentenceModel,
  writeSafetensors,
} from "@modelwright/models";
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
    files: {
      ...textEncoderFiles(fitted, { peftTask: "FEATURE_EXTRACTION" }),
      ...(sentence === undefined ? {} : sentenceFiles(fitted, sentence)),
    },
    manifest: {
      signature: { input: "text", output: "embedding", tensors: tensorsOf(model) },
      ...textEncoderManifest(fitted, recipe),
      embedding: { width: loaded.encoder.width, normalized: sentence?.normalized ?? false },
      examples: recipe.data.examples,
    },
  };
}

const TYPE = "sentence_transformers.models";

function sentenceFiles(
  { loaded, parameters, padId, reading }: FittedTextEncoder,
  { pooling, normalized, dense }: SentenceModel,
): Record<string, string | Uint8Array> {
  const { encoder, tokenizerJson, names } = loaded;
  const maps = publishedDense(dense, parameters);
  const used = ["Transformer", "Pooling", ...maps.map(() => "Dense"), ...(normalized ? ["Normalize"] : [])];
  // The first module lies in the folder itself.
  const modules = used.map((module, idx) => ({
    idx,
    name: String(idx),
    path: idx === 0 ? "" : `${idx}_${module}`,
    type: `${TYPE}.${module}`,
  }));
  const padToken = loadTokenizer(tokenizerJson).decode([padId], { keepSpecialTokens: true });
  return {
    "modules.json": json(modules),
    "sentence_bert_config.json": json({ max_seq_length: reading.maxLength, do_lower_case: false }),
    "config_sentence_transformers.json": json({ similarity_fn_name: "cosine" }),
    "1_Pooling/config.json": json({
      word_embedding_dimension: maps[0]?.config.in_features ?? encoder.width,
      ...Object.fromEntries(Object.entries(FLAGS).map(([mode, flag]) => [flag, mode === pooling])),
    }),
    ...Object.assign({}, ...maps.map((map, i) => denseFiles(modules[i + 2]!.path, map))),
    ...(normalized ? { [`${modules.at(-1)!.path}/config.json`]: json({}) } : {}),
    "tokenizer_config.json": json({
      tokenizer_class: "PreTrainedTokenizerFast",
      model_max_length: reading.maxLength,
      pad_token: padToken,
    }),
    ...(names === undefined ? {} : { "model.safetensors": safetensors(publishedWeights(names, parameters)) }),
  };
}

function denseFiles(folder: string, { config, tensors }: PublishedDense): Record<string, string | Uint8Array> {
  return { [`${folder}/config.json`]: json(config), [`${folder}/model.safetensors`]: safetensors(tensors) };
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
