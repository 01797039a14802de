import { gpt2Family } from "./decoder-families/gpt2.ts";
import { llamaFamily } from "./decoder-families/llama.ts";
import { mistralFamily } from "./decoder-families/mistral.ts";
import { qwen2Family } from "./decoder-families/qwen2.ts";
import { qwen3Family } from "./decoder-families/qwen3.ts";
import type { DecoderFamily } from "./decoder-family.ts";

/** Families of decoders by the `model_type` of their `config.json`. A new one is a file and a row. */
export const DECODER_FAMILIES: Readonly<Record<string, DecoderFamily>> = {
  gpt2: gpt2Family,
  llama: llamaFamily,
  mistral: mistralFamily,
  qwen2: qwen2Family,
  qwen3: qwen3Family,
};
