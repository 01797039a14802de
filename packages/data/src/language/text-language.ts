import { FUNCTION_WORDS } from "./function-words.ts";
import { type DominantScript, dominantScript } from "./scripts.ts";

/** In what some texts are written. */
export interface TextLanguage extends DominantScript {
  /** ISO 639-1; absent where neither the script nor frequent words tell it. */
  readonly language?: string;
}

/** Languages that are alone in their script, or nearly so. */
const LANGUAGE_OF: Readonly<Record<string, string>> = {
  Hani: "zh",
  Jpan: "ja",
  Hang: "ko",
  Grek: "el",
  Hebr: "he",
  Beng: "bn",
  Guru: "pa",
  Gujr: "gu",
  Taml: "ta",
  Telu: "te",
  Knda: "kn",
  Mlym: "ml",
  Sinh: "si",
  Thai: "th",
  Laoo: "lo",
  Khmr: "km",
  Mymr: "my",
  Tibt: "bo",
  Armn: "hy",
  Geor: "ka",
  Ethi: "am",
};

const WORDS = Object.fromEntries(
  Object.entries(FUNCTION_WORDS).map(([script, languages]) => [
    script,
    Object.entries(languages).map(([language, words]) => ({ language, words: new Set(words.split(" ")) })),
  ]),
);

/** A language is told when at least so many of the words are among its frequent ones, */
const LEAST_SHARE = 0.12;
/** so many words are, */
const LEAST_WORDS = 5;
/** and so many times as many as are among those of the next language. */
const LEAST_LEAD = 1.15;

/** Texts that are looked at, spread over all of them, and characters of each. */
const MOST_TEXTS = 2000;
const MOST_CHARACTERS = 1000;

/** Some of the texts, each cut, so that a look at them takes a moment. */
export function sampleOfTexts(texts: readonly string[]): string[] {
  const step = Math.max(1, texts.length / MOST_TEXTS);
  const count = Math.min(texts.length, MOST_TEXTS);
  return Array.from({ length: count }, (_, i) => texts[Math.floor(i * step)]!.slice(0, MOST_CHARACTERS));
}

/**
 * Tells script and language of some texts together, by a sample; undefined where they have no letters.
 *
 * A script with one language tells it, otherwise the share of frequent words does. This is for many texts: a few words may have no language.
 */
export function textLanguage(texts: readonly string[]): TextLanguage | undefined {
  const sample = sampleOfTexts(texts);
  const script = dominantScript(sample);
  if (script === undefined) return undefined;
  const language = LANGUAGE_OF[script.script] ?? byFrequentWords(sample, script.script);
  return language === undefined ? script : { ...script, language };
}

function byFrequentWords(texts: readonly string[], script: string): string | undefined {
  const languages = WORDS[script];
  if (languages === undefined) return undefined;
  const words = texts.flatMap(
    (text) =>
      text
        .normalize("NFC")
        .toLowerCase()
        .match(/[\p{L}\p{M}]+/gu) ?? [],
  );
  const [best, next] = languages
    .map(({ language, words: frequent }) => ({
      language,
      count: words.reduce((sum, word) => sum + (frequent.has(word) ? 1 : 0), 0),
    }))
    .sort((a, b) => b.count - a.count);
  const isTold =
    best!.count >= LEAST_WORDS && best!.count >= LEAST_SHARE * words.length && best!.count >= LEAST_LEAD * next!.count;
  return isTold ? best!.language : undefined;
}
