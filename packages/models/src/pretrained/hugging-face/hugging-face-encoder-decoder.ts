import { join } from "node:path";
import type { Tensor } from "@modelwright/engine";
import { buildSourceEncoder, buildTargetDecoder } from "../../architectures/build-encoder-decoder.ts";
import type { EncoderDecoder } from "../../architectures/encoder-decoder.ts";
import type { LoadedEncoderDecoder, PretrainedEncoderDecoder } from "../pretrained-model.ts";
import type { WeightsSeen } from "./encoder-decoder-family.ts";
import { type GenerationConfig, readGenerationConfig } from "./generation-config.ts";
import { familyOf, readModelConfig } from "./model-config.ts";
import { readModelPage } from "./model-page.ts";
import type { ParameterNames } from "./parameter-names.ts";
import { digestOf, HEADS_OF_DECODERS, readWeights } from "./read-weights.ts";
import { readTokenizerConfig } from "./tokenizer-config.ts";
import { readTokenizerFiles } from "./tokenizer-files.ts";
import { weightFiles } from "./weight-files.ts";

/** What the files of a folder say before its weights are read. */
interface DescribedFolder {
  readonly modelOf: (seen: WeightsSeen) => EncoderDecoder;
  readonly names: ParameterNames;
  readonly generation: GenerationConfig;
}

/**
 * A model that writes a text from another one in a folder as Hugging Face lays them out: `config.json`, `model.safetensors` or shards,
 * `tokenizer.json`; how it writes by `generation_config.json`.
 *
 * @param name The reference that led here.
 * @throws {ModelwrightError} `MODEL_FOLDER_INCOMPLETE`, `MODEL_CONFIG_INVALID`, `MODEL_FAMILY_UNKNOWN`, `MODEL_KIND_UNFIT`.
 */
export async function huggingFaceEncoderDecoder(folder: string, name: string): Promise<PretrainedEncoderDecoder> {
  const config = await readModelConfig(folder);
  const family = familyOf(config.config, { kind: "encoder-decoder", file: config.file });
  const modelOf = family.describe(config.config, config.file);
  const generation = await readGenerationConfig(folder, config);
  const page = await readModelPage(join(folder, "README.md"));
  return { name, ...page, load: () => loadFolder(folder, { modelOf, names: family.names, generation }) };
}

async function loadFolder(
  folder: string,
  { modelOf, names, generation }: DescribedFolder,
): Promise<LoadedEncoderDecoder> {
  const files = await weightFiles(folder);
  const { tensors, passedOver, stored } = await readWeights(files, names, HEADS_OF_DECODERS);
  const model = modelOf({ hasOutputLayer: hasOutputLayer(tensors) });
  const weights = { model, parameters: tensors, file: files[0]! };
  const [encoder, decoder] = [buildSourceEncoder(weights), buildTargetDecoder(weights)];
  return {
    model,
    parameters: new Map([...encoder.parameters, ...decoder.parameters]),
    tokenizerJson: await readTokenizerFiles(folder, model.padId),
    tokenizerConfig: await readTokenizerConfig(folder),
    generation,
    sha256: await digestOf(files),
    names,
    passedOver,
    stored,
  };
}

/** Whether there is an output layer that is no copy of the embedding: then transformers does not tie them, whatever the configuration says. */
function hasOutputLayer(tensors: ReadonlyMap<string, Tensor<"float32">>): boolean {
  const layer = tensors.get("decoder.logits.weight"); // [width, vocabulary]
  const table = tensors.get("encoder.word.weight"); // [vocabulary, width]
  if (layer === undefined || table === undefined) return layer !== undefined;
  const [width, rows] = layer.shape as [number, number];
  if (table.shape[0] !== rows || table.shape[1] !== width) return true;
  return !table.data.every((value, i) => value === layer.data[(i % width) * rows + Math.floor(i / width)]);
}
