import { importPeer, type StopWordLanguage } from "@modelwright/contracts";
import { CHINESE_STOP_WORDS } from "./chinese-stop-words.ts";
import { KEPT_WORDS } from "./kept-words.ts";

/** What npm's `stopword` calls its lists. */
const LISTS: Readonly<Record<Exclude<StopWordLanguage, "zh">, string>> = {
  af: "afr",
  ar: "ara",
  bg: "bul",
  bn: "ben",
  br: "bre",
  ca: "cat",
  cs: "ces",
  da: "dan",
  de: "deu",
  el: "ell",
  en: "eng",
  eo: "epo",
  es: "spa",
  et: "est",
  eu: "eus",
  fa: "fas",
  fi: "fin",
  fr: "fra",
  ga: "gle",
  gl: "glg",
  gu: "guj",
  ha: "hau",
  he: "heb",
  hi: "hin",
  hr: "hrv",
  hu: "hun",
  hy: "hye",
  id: "ind",
  it: "ita",
  ja: "jpn",
  ko: "kor",
  ku: "kur",
  la: "lat",
  lt: "lit",
  lv: "lav",
  mr: "mar",
  ms: "msa",
  my: "mya",
  nb: "nob",
  nl: "nld",
  pa: "panGu",
  pl: "pol",
  pt: "por",
  ro: "ron",
  ru: "rus",
  sk: "slk",
  sl: "slv",
  so: "som",
  st: "sot",
  sv: "swe",
  sw: "swa",
  th: "tha",
  tl: "tgl",
  tr: "tur",
  uk: "ukr",
  ur: "urd",
  vi: "vie",
  yo: "yor",
  zu: "zul",
};

/** Languages without spaces between words; Korean has them. */
const UNSPACED: ReadonlySet<StopWordLanguage> = new Set(["zh", "ja", "th", "my"]);

/** A word with what joins its parts, so that `don't` and `state-of-the-art` are one each. */
const WORDS = /[\p{L}\p{M}\p{N}]+(?:['’._@/\-‐][\p{L}\p{M}\p{N}]+)*/gu;

/**
 * What takes the stop words out of texts: those that have no meaning of their own, such as articles, pronouns and prepositions. Words of
 * negation stay. Chinese, Japanese, Thai and Burmese words are those of ICU's dictionary.
 *
 * @throws {ModelwrightError} `PEER_MISSING` where npm's `stopword`, which has all but the Chinese ones, is not installed.
 */
export async function loadStopWords(languages: readonly StopWordLanguage[]): Promise<(text: string) => string> {
  const lists = await Promise.all(languages.map(wordsOf));
  const stops = new Set(lists.flat());
  const isStop = (word: string) => stops.has(compared(word));
  const unspaced = languages.find((language) => UNSPACED.has(language));
  if (unspaced === undefined) return (text) => without(text, wordsBySpaces(text), isStop);
  const segmenter = new Intl.Segmenter(unspaced, { granularity: "word" });
  return (text) => without(text, segmenter.segment(text), isStop);
}

async function wordsOf(language: StopWordLanguage): Promise<readonly string[]> {
  if (language === "zh") return CHINESE_STOP_WORDS;
  const { default: lists } = await importPeer({
    name: "stopword",
    load: () => import("stopword"),
    purpose: "stop words",
  });
  const kept = new Set(KEPT_WORDS[language]?.split(" "));
  return lists[LISTS[language]]!.map(compared).filter((word) => !kept.has(word));
}

function compared(word: string): string {
  return word.normalize("NFC").toLowerCase().replaceAll("’", "'");
}

interface Word {
  readonly segment: string;
  readonly index: number;
}

function* wordsBySpaces(text: string): Generator<Word> {
  for (const { 0: segment, index } of text.matchAll(WORDS)) yield { segment, index };
}

/** A text without some of its words; of the white space around one, that in front stays. */
function without(text: string, words: Iterable<Word>, leaves: (word: string) => boolean): string {
  let kept = "";
  let from = 0;
  for (const { segment, index } of words) {
    if (!leaves(segment)) continue;
    kept += text.slice(from, index);
    from = index + segment.length;
    if (/(?:^|\s)$/u.test(kept)) from += /^\s*/u.exec(text.slice(from))![0].length;
  }
  return from === 0 ? text : kept + text.slice(from);
}
