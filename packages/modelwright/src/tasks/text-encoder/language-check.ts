import { loadTokenizer, type TextLanguage, textLanguage, unknownShare } from "@modelwright/data";
import { languageNames, scriptName } from "../../wording/languages.ts";
import { percent } from "../../wording/quantities.ts";
import type { CheckedEncoder } from "./fit-text-encoder.ts";

/** An encoder that does not know so many of the letters misses too much of the texts. */
const MANY_UNKNOWN = 0.05;

/** What follows for the run from texts that are foreign to its encoder. */
const FOLLOWS: Readonly<Record<string, string>> = {
  auto: "TF-IDF on words and characters is tried beside it (model.fineTune: auto)",
  full: "expect little of it",
  frozen: "expect little of it",
};

/**
 * Holds texts against the encoder that is to read them.
 *
 * @returns In what they are written, and a warning where that is not what the encoder has seen.
 */
export function heldAgainstEncoder(
  texts: readonly string[],
  { name, languages, tokenizerJson }: CheckedEncoder,
  { fineTune }: { readonly fineTune: string },
): { readonly language: TextLanguage | undefined; readonly warnings: readonly string[] } {
  const language = textLanguage(texts);
  if (language === undefined) return { language, warnings: [] };
  const { language: code, script } = language;
  const unknown = unknownShare(texts, loadTokenizer(tokenizerJson));
  const isForeign = code !== undefined && languages.length > 0 && !languages.includes(code);
  if (!isForeign && unknown < MANY_UNKNOWN) return { language, warnings: [] };
  const written = code === undefined ? `in ${scriptName(script)} script` : languageNames([code]);
  const seen = languages.length === 0 ? "" : ` has seen ${languageNames(languages)} only`;
  const lacks = unknown < MANY_UNKNOWN ? "" : ` does not know ${percent(unknown)} of their letters`;
  const both = [seen, lacks].filter((part) => part !== "").join(" and");
  return { language, warnings: [`the texts are ${written}; ${name}${both}: ${FOLLOWS[fineTune] ?? FOLLOWS["full"]}`] };
}
