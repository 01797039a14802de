import {
  hasStopWords,
  importPeer,
  ModelwrightError,
  PLAIN_TEXT_CURES,
  type PlainTextCure,
  type StopWordLanguage,
  TEXT_CURES,
  type TextCure,
} from "@modelwright/contracts";
import { textLanguage } from "../language/text-language.ts";
import { htmlText } from "../sources/html-text.ts";
import { loadStopWords } from "./stop-words.ts";

/** Pictures, with what makes one of several: tones of skin, joiners, the letters of flags, the cap of keys. */
const PICTURE = String.raw`\p{Extended_Pictographic}|\p{Regional_Indicator}`;
const EMOJI = new RegExp(
  String.raw`(?:${PICTURE})(?:${PICTURE}|\p{Emoji_Modifier}|\u{fe0f}|\u{200d}|[\u{e0020}-\u{e007f}])*|[#*\d]\u{fe0f}?\u{20e3}`,
  "gu",
);
const TAG_OR_ENTITY = /<[a-z!/]|&(?:#\d+|#x[\da-f]+|\w+);/i;

/** Marks of all scripts, without those within a word or number: `don't`, `well-known`, `3.5`. */
const MARKS = /(?:(?<![\p{L}\p{N}])\p{P}|\p{P}(?![\p{L}\p{N}])|(?![\p{Pd}\p{Pc}.,'’·・])\p{P})+/gu;

export interface TextCures {
  readonly text: readonly TextCure[];
  /** Of the stop words. */
  readonly language?: readonly StopWordLanguage[] | undefined;
}

type Treatment = (text: string) => string;

const PLAIN: Readonly<Record<PlainTextCure, Treatment>> = {
  html: (text) => (TAG_OR_ENTITY.test(text) ? htmlText(text) : text),
  nfkc: (text) => text.normalize("NFKC"),
  emoji: (text) => text.replace(EMOJI, ""),
  "lower-case": (text) => text.toLowerCase(),
  punctuation: (text) => text.replace(MARKS, " "),
  spaces: (text) => text.replace(/\s+/gu, " ").trim(),
};

/** Treats a text, always in the order of `PLAIN_TEXT_CURES`. */
export function curedText(text: string, chosen: readonly PlainTextCure[]): string {
  return PLAIN_TEXT_CURES.filter((cure) => chosen.includes(cure)).reduce((cured, cure) => PLAIN[cure](cured), text);
}

/** What the others do; they need a library. */
const LOADED: Readonly<Record<Exclude<TextCure, PlainTextCure>, (cures: TextCures) => Promise<Treatment>>> = {
  simplified: async () => {
    const { Converter } = await openCc(() => import("opencc-js/t2cn"));
    return Converter({ from: "t", to: "cn" });
  },
  traditional: async () => {
    const { Converter } = await openCc(() => import("opencc-js/cn2t"));
    return Converter({ from: "cn", to: "t" });
  },
  "stop-words": ({ language }) => {
    if (language === undefined) throw new Error("whose stop words leave must be told first");
    return loadStopWords(language);
  },
};

function isPlain(cure: TextCure): cure is PlainTextCure {
  return Object.hasOwn(PLAIN, cure);
}

function openCc<Module>(load: () => Promise<Module>): Promise<Module> {
  return importPeer({ name: "opencc-js", load, purpose: "simplified and traditional Chinese" });
}

/**
 * What treats a text, always in the order of `TEXT_CURES`.
 *
 * @param cures With the language of stop words, as `withLanguage` tells it.
 * @throws {ModelwrightError} `PEER_MISSING`.
 */
export async function loadTextCures(cures: TextCures): Promise<Treatment> {
  const chosen = TEXT_CURES.filter((cure) => cures.text.includes(cure));
  const treatments = await Promise.all(chosen.map((cure) => (isPlain(cure) ? PLAIN[cure] : LOADED[cure](cures))));
  return (text) => treatments.reduce((cured, treat) => treat(cured), text);
}

/**
 * The same cures, with the language of stop words, where they leave and it is not given.
 *
 * @param texts Of the column; some thousand tell the language.
 * @param where Named in errors: `columns.review`.
 * @throws {ModelwrightError} `DATA_CURE_UNFIT` where the texts do not tell their language, or one without a list.
 */
export function withLanguage(
  cures: TextCures,
  { texts, where }: { readonly texts: readonly string[]; readonly where: string },
): TextCures {
  if (!cures.text.includes("stop-words") || cures.language !== undefined) return cures;
  const told = textLanguage(texts)?.language;
  if (told !== undefined && hasStopWords(told)) return { ...cures, language: [told] };
  const found =
    told === undefined
      ? "its texts do not tell their language"
      : `there is no list for the language of its texts, ${told}`;
  const rule = `stop-words: ${found}; name one: language: en`;
  throw new ModelwrightError("DATA_CURE_UNFIT", { cure: `${where}.text`, rule });
}
