import { loadTokenizer, type TextTokenizer } from "@modelwright/data";
import {
  checkMaxLength,
  type LoadedDecoder,
  type PretrainedDecoder,
  type ReferenceContext,
  resolvePretrainedDecoder,
} from "@modelwright/models";
import { counted } from "../../wording/quantities.ts";
import { checkVocabulary } from "../text-encoder/check-vocabulary.ts";

/** A published decoder as it is before a run trains it. */
export interface BaseDecoder {
  readonly pretrained: PretrainedDecoder;
  readonly loaded: LoadedDecoder;
  readonly tokenizer: TextTokenizer;
  /** Tokens of a text that are read. */
  readonly maxLength: number;
}

/** Read where a recipe does not say how much, and the decoder can. */
export const DEFAULT_LENGTH = 512;

/** How many tokens are read, in words. @param length What the recipe says. */
export function readTokens(length: number | undefined): string {
  return length === undefined ? `up to ${counted(DEFAULT_LENGTH, "token")}` : counted(length, "token");
}

/**
 * The decoder that a recipe names.
 *
 * @param options.option What set the length, for messages: `model.maxLength`.
 * @param options.maxLength Default: 512 tokens, or as many as it can read.
 * @throws {ModelwrightError} For a decoder that is not known, or that reads fewer tokens than the recipe asks for.
 */
export async function loadDecoder(
  base: string,
  {
    option,
    maxLength,
    ...context
  }: ReferenceContext & { readonly option: string; readonly maxLength: number | undefined },
): Promise<BaseDecoder> {
  const pretrained = await resolvePretrainedDecoder(base, context);
  const loaded = await pretrained.load();
  const { name } = pretrained;
  const read = maxLength ?? Math.min(DEFAULT_LENGTH, loaded.decoder.maxLength);
  checkMaxLength(loaded.decoder, { option, name, maxLength: read });
  const tokenizer = loadTokenizer(loaded.tokenizerJson);
  checkVocabulary(tokenizer, loaded.decoder, name);
  return { pretrained, loaded, tokenizer, maxLength: read };
}
