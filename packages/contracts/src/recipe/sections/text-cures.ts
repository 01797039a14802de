import { z } from "zod";

/** Treatments of texts, in the order in which they are done. */
export const TEXT_CURES = [
  "html",
  "nfkc",
  "simplified",
  "traditional",
  "emoji",
  "lower-case",
  "stop-words",
  "punctuation",
  "spaces",
] as const;
export type TextCure = (typeof TEXT_CURES)[number];

/** Languages of whose stop words there are lists; ISO 639-1. */
const STOP_WORD_LANGUAGES = [
  ...["af", "ar", "bg", "bn", "br", "ca", "cs", "da", "de", "el", "en", "eo", "es", "et", "eu", "fa", "fi", "fr", "ga"],
  ...["gl", "gu", "ha", "he", "hi", "hr", "hu", "hy", "id", "it", "ja", "ko", "ku", "la", "lt", "lv", "mr", "ms", "my"],
  ...["nb", "nl", "pa", "pl", "pt", "ro", "ru", "sk", "sl", "so", "st", "sv", "sw", "th", "tl", "tr", "uk", "ur", "vi"],
  ...["yo", "zh", "zu"],
] as const;
export type StopWordLanguage = (typeof STOP_WORD_LANGUAGES)[number];

/** Whether there is a list of the stop words of a language. */
export function hasStopWords(language: string): language is StopWordLanguage {
  return (STOP_WORD_LANGUAGES as readonly string[]).includes(language);
}

/** What is done to a text, in whatever order it is written. */
export const textCures = z
  .array(z.enum(TEXT_CURES))
  .superRefine((chosen, context) => {
    if (chosen.includes("simplified") && chosen.includes("traditional"))
      context.addIssue({ code: "custom", message: "must name simplified or traditional, not both" });
  })
  .describe(
    "html (the text that a page shows), nfkc (one form of each character), simplified or traditional (Chinese characters), emoji (leave), lower-case, stop-words (leave; those of the language), punctuation (a space instead of each mark between words), spaces (one each, none around)",
  );

/** Treatments that need neither a library nor a language, so that a served model does them as training did; in their order. */
export const PLAIN_TEXT_CURES = [
  "html",
  "nfkc",
  "emoji",
  "lower-case",
  "punctuation",
  "spaces",
] as const satisfies readonly TextCure[];
export type PlainTextCure = (typeof PLAIN_TEXT_CURES)[number];

/** What is done to a text wherever a model reads it. */
export const plainTextCures = z.array(z.enum(PLAIN_TEXT_CURES));

/** Whose stop words leave. */
export const stopWordLanguage = z
  .union([z.enum(STOP_WORD_LANGUAGES).transform((language) => [language]), z.array(z.enum(STOP_WORD_LANGUAGES)).min(1)])
  .describe("of the stop words, as en, zh or a list of such; default: what most texts of the column are written in");
