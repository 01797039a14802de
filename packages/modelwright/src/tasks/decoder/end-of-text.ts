import { ModelwrightError } from "@modelwright/contracts";
import type { ChatTemplateConfig, TextTokenizer } from "@modelwright/data";
import type { LoadedDecoder } from "@modelwright/models";

/**
 * The token that ends a text, by the files of a decoder: that of its tokenizer, otherwise the first at which it stops writing.
 *
 * @param name The decoder's, for messages.
 * @throws {ModelwrightError} `MODEL_CONFIG_INVALID` where no file names one.
 */
export function endOfText(
  { tokenizerConfig, generation: { endIds } }: Pick<LoadedDecoder, "tokenizerConfig" | "generation">,
  { tokenizer, name }: { readonly tokenizer: TextTokenizer; readonly name: string },
): number {
  const { eos_token: named } = tokenizerConfig as ChatTemplateConfig;
  const token = typeof named === "string" ? named : named?.content;
  const end = (token === undefined ? undefined : tokenizer.idOf(token)) ?? endIds[0];
  return end ?? noEndOfText(name);
}

/** @throws {ModelwrightError} `MODEL_CONFIG_INVALID`: no file of a decoder names the token that ends a text. */
export function noEndOfText(name: string): never {
  throw new ModelwrightError("MODEL_CONFIG_INVALID", {
    file: `${name}/generation_config.json`,
    field: "eos_token_id",
    rule: "must name the token that ends a text, here or in config.json",
    got: "nothing",
  });
}
