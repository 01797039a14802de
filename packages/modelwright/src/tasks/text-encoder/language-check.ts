import { loadTokenizer, type TextLanguage, textLanguage, unknownShare } from "@modelwright/data";
import { languageNames, scriptName } from "../../wording/languages.ts";
import { percent } from "../../wording/quantities.ts";
import type { CheckedEncoder } from "./encoder-source.ts";

/** An encoder that does not know so many of the letters misses too much of the texts; */
const MANY_UNKNOWN = 0.05;
/** of texts of which it does not know so many, it reads nothing. */
const MOST_UNKNOWN = 0.5;

/** How an encoder stands to some texts. */
export interface EncoderReading {
  readonly language: TextLanguage | undefined;
  /** Share of their letters that it does not know. */
  readonly unknown: number;
  /** Whether they are in another language than it has seen, or in letters that it does not know. */
  readonly isForeign: boolean;
  /** Whether it can make nothing of them. */
  readonly isUnreadable: boolean;
}

/** Holds texts against the encoder that is to read them. */
export function readingOf(texts: readonly string[], { languages, tokenizerJson }: CheckedEncoder): EncoderReading {
  const language = textLanguage(texts);
  if (language === undefined) return { language, unknown: 0, isForeign: false, isUnreadable: false };
  const { language: code } = language;
  const unknown = unknownShare(texts, loadTokenizer(tokenizerJson));
  const isOther = code !== undefined && languages.length > 0 && !languages.includes(code);
  return {
    language,
    unknown,
    isForeign: isOther || unknown >= MANY_UNKNOWN,
    isUnreadable: unknown >= MOST_UNKNOWN,
  };
}

/** `Chinese`, or `in Cyrillic script` where the language is not told. */
export function writtenIn({ language, script }: TextLanguage): string {
  return language === undefined ? `in ${scriptName(script)} script` : languageNames([language]);
}

/** What follows for the run from texts that are foreign to its encoder. */
const FOLLOWS: Readonly<Record<string, (reading: EncoderReading) => string>> = {
  auto: ({ isUnreadable }) =>
    isUnreadable
      ? "it is left out, TF-IDF and a network from scratch are tried (model.fineTune: auto)"
      : "TF-IDF and a network from scratch are tried before it (model.fineTune: auto)",
  full: () => "expect little of it; model.base: none learns from the training rows alone",
  frozen: () => "expect little of it; model.base: none learns from the training rows alone",
};

/**
 * Holds texts against the encoder that is to read them.
 *
 * @param encoder Undefined: one that is trained from scratch, to which no text is foreign.
 * @returns In what they are written, and a warning where that is not what the encoder has seen.
 */
export function heldAgainstEncoder(
  texts: readonly string[],
  encoder: CheckedEncoder | undefined,
  { fineTune }: { readonly fineTune: string },
): { readonly language: TextLanguage | undefined; readonly warnings: readonly string[] } {
  if (encoder === undefined) return { language: textLanguage(texts), warnings: [] };
  const reading = readingOf(texts, encoder);
  const { language, unknown, isForeign } = reading;
  if (language === undefined || !isForeign) return { language, warnings: [] };
  const { name, languages } = encoder;
  const seen = languages.length === 0 ? "" : ` has seen ${languageNames(languages)} only`;
  const lacks = unknown < MANY_UNKNOWN ? "" : ` does not know ${percent(unknown)} of their letters`;
  const both = [seen, lacks].filter((part) => part !== "").join(" and");
  const follows = (FOLLOWS[fineTune] ?? FOLLOWS["full"]!)(reading);
  return { language, warnings: [`the texts are ${writtenIn(language)}; ${name}${both}: ${follows}`] };
}
