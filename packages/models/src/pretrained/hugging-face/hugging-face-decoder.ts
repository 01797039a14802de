import { join } from "node:path";
import { buildDecoder } from "../../architectures/build-decoder.ts";
import type { Decoder } from "../../architectures/decoder.ts";
import { checkSize } from "../check-size.ts";
import type { LoadedDecoder, PretrainedDecoder } from "../pretrained-model.ts";
import { decoderNames } from "./decoder-family.ts";
import { type GenerationConfig, readGenerationConfig } from "./generation-config.ts";
import { familyOf, readModelConfig } from "./model-config.ts";
import { readModelPage } from "./model-page.ts";
import type { ParameterNames } from "./parameter-names.ts";
import { digestOf, readWeights } from "./read-weights.ts";
import { readTokenizerConfig } from "./tokenizer-config.ts";
import { readTokenizerFiles } from "./tokenizer-files.ts";
import { weightFiles } from "./weight-files.ts";

/** What the files of a folder say before its weights are read. */
interface DescribedDecoder {
  readonly decoder: Decoder;
  readonly names: ParameterNames;
  readonly generation: GenerationConfig;
}

/**
 * A decoder in a folder as Hugging Face lays them out: `config.json`, `model.safetensors` or shards, `tokenizer.json`; how it writes by
 * `generation_config.json`, conversations by the chat template of `tokenizer_config.json` or `chat_template.jinja`.
 *
 * @param name The reference that led here.
 * @throws {ModelwrightError} `MODEL_FOLDER_INCOMPLETE`, `MODEL_CONFIG_INVALID`, `MODEL_FAMILY_UNKNOWN`, `MODEL_KIND_UNFIT`.
 */
export async function huggingFaceDecoder(folder: string, name: string): Promise<PretrainedDecoder> {
  const model = await readModelConfig(folder);
  const family = familyOf(model.config, { kind: "decoder", file: model.file });
  const decoder = family.decoder(model.config, model.file);
  const generation = await readGenerationConfig(folder, model);
  const described = { decoder, names: decoderNames(family), generation };
  return { name, ...(await readModelPage(join(folder, "README.md"))), load: () => loadDecoder(folder, described) };
}

async function loadDecoder(folder: string, { decoder, names, generation }: DescribedDecoder): Promise<LoadedDecoder> {
  const tokenizerJson = await readTokenizerFiles(folder, generation.endIds[0] ?? 0);
  const tokenizerConfig = await readTokenizerConfig(folder);
  const files = await weightFiles(folder);
  const { tensors, passedOver, stored } = await readWeights(files, names);
  const { parameters } = buildDecoder({ decoder, parameters: tensors, file: files[0]! });
  checkSize(parameters, files[0]!);
  return {
    decoder,
    parameters,
    tokenizerJson,
    tokenizerConfig,
    generation,
    sha256: await digestOf(files),
    names,
    passedOver,
    stored,
  };
}
