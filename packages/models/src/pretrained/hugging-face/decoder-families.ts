import type { Decoder } from "../../architectures/decoder.ts";
import { gpt2Family } from "./decoder-families/gpt2.ts";
import { llamaFamily } from "./decoder-families/llama.ts";
import { mistralFamily } from "./decoder-families/mistral.ts";
import { qwen2Family } from "./decoder-families/qwen2.ts";
import { qwen3Family } from "./decoder-families/qwen3.ts";
import { type DecoderFamily, decoderNames } from "./decoder-family.ts";
import type { ParameterNames } from "./parameter-names.ts";

/** Families of decoders by the `model_type` of their `config.json`. A new one is a file and a row. */
export const DECODER_FAMILIES: Readonly<Record<string, DecoderFamily>> = {
  gpt2: gpt2Family,
  llama: llamaFamily,
  mistral: mistralFamily,
  qwen2: qwen2Family,
  qwen3: qwen3Family,
};

/** What the parameters of a decoder are called where models of its family are published. */
export function decoderParameterNames({ modelType }: Pick<Decoder, "modelType">): ParameterNames {
  return decoderNames(DECODER_FAMILIES[modelType]!);
}
