import { mt5Family, t5Family } from "./encoder-decoder-families/t5.ts";
import type { EncoderDecoderFamily } from "./encoder-decoder-family.ts";

/** Families of encoders with a decoder by the `model_type` of their `config.json`. A new one is a file and a row. */
export const ENCODER_DECODER_FAMILIES: Readonly<Record<string, EncoderDecoderFamily>> = {
  t5: t5Family,
  mt5: mt5Family,
};
