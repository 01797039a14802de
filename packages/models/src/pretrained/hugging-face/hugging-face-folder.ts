import { join } from "node:path";
import type { Encoder } from "../../architectures/encoder.ts";
import { buildTextEncoder } from "../../architectures/text-encoder.ts";
import { checkSize } from "../check-size.ts";
import type { LoadEncoderOptions, LoadedPretrained, PretrainedModel } from "../pretrained-model.ts";
import type { Family } from "./family.ts";
import { maskedHeadNames } from "./masked-head.ts";
import { familyOf, readModelConfig } from "./model-config.ts";
import { readModelPage } from "./model-page.ts";
import { parameterNames } from "./parameter-names.ts";
import { pooledBy } from "./pooling.ts";
import { digestOf, readWeights } from "./read-weights.ts";
import { readSentenceWeights } from "./sentence-dense.ts";
import { PLAIN, readSentenceModel, type SentenceModel } from "./sentence-transformers.ts";
import { readTokenizerFiles } from "./tokenizer-files.ts";
import { weightFiles } from "./weight-files.ts";

/** What the files of a folder say before its weights are read. */
interface DescribedFolder {
  readonly encoder: Encoder;
  readonly family: Family;
  readonly sentence: SentenceModel;
}

/**
 * A model in a folder as Hugging Face lays them out: `config.json`, `model.safetensors` or shards, `tokenizer.json`; pooling by
 * sentence-transformers' `modules.json`, otherwise the mean over tokens; licence and languages by the head of `README.md`.
 *
 * @param name The reference that led here.
 * @throws {ModelwrightError} `MODEL_FOLDER_INCOMPLETE`, `MODEL_CONFIG_INVALID`, `MODEL_FAMILY_UNKNOWN`.
 */
export async function huggingFaceFolder(folder: string, name: string): Promise<PretrainedModel> {
  const described = await describeFolder(folder);
  return {
    name,
    ...(await readModelPage(join(folder, "README.md"))),
    load: (options) => loadFolder(folder, described, options),
  };
}

/** @throws {ModelwrightError} As `huggingFaceFolder`. */
async function describeFolder(folder: string): Promise<DescribedFolder> {
  const { config, file } = await readModelConfig(folder);
  const family = familyOf(config, { kind: "encoder", file });
  const encoder = family.encoder(config, file);
  const sentence = (await readSentenceModel(folder)) ?? PLAIN;
  return { encoder: pooledBy(encoder, sentence), family, sentence };
}

async function loadFolder(
  folder: string,
  { encoder, family, sentence }: DescribedFolder,
  { maskedHead = false }: LoadEncoderOptions = {},
): Promise<LoadedPretrained> {
  const tokenizerJson = await readTokenizerFiles(folder, encoder.padId);
  const files = await weightFiles(folder);
  const names = parameterNames(family.names, { prefix: family.prefix });
  const ofHead = maskedHeadNames(family.maskedHead);
  const read = maskedHead ? { ...names, toOurs: (name: string) => names.toOurs(name) ?? ofHead.toOurs(name) } : names;
  const { tensors, passedOver, stored } = await readWeights(files, read);
  const head = new Map([...tensors].filter(([name]) => name.startsWith("head.")));
  const behind = await readSentenceWeights(sentence.dense);
  const all = new Map([...tensors, ...behind.tensors]);
  const { parameters } = buildTextEncoder({ architecture: encoder, parameters: all, file: files[0]! });
  checkSize(parameters, files[0]!);
  return {
    encoder,
    parameters,
    tokenizerJson,
    names,
    ...(head.size === 0 ? {} : { maskedHead: head }),
    passedOver,
    sentence,
    stored,
    sha256: await digestOf([...files, ...behind.files]),
  };
}
