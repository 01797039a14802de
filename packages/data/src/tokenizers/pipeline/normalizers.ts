import { makeParts, type Normalizer, type PartFactory } from "./part.ts";
import { patternOf } from "./pattern.ts";
import { isCombiningMark, isControl, isNonSpacingMark, normalForm } from "./unicode-differences.ts";

/** The normalisers of `tokenizer.json` that we run, by type. */
export const NORMALIZERS: Readonly<Record<string, PartFactory<Normalizer>>> = {
  BertNormalizer: ({ clean_text, handle_chinese_chars, lowercase, strip_accents }) =>
    chain([
      ...(clean_text === false ? [] : [cleanText]),
      ...(handle_chinese_chars === false ? [] : [spaceChineseCharacters]),
      ...((strip_accents ?? lowercase) === false ? [] : [stripAccents]),
      ...(lowercase === false ? [] : [lowerCase]),
    ]),
  NFC: () => (text) => normalForm(text, "NFC"),
  NFD: () => (text) => normalForm(text, "NFD"),
  NFKC: () => (text) => normalForm(text, "NFKC"),
  NFKD: () => (text) => normalForm(text, "NFKD"),
  Lowercase: () => lowerCase,
  StripAccents: () => (text) => keepIf(text, (character) => !isCombiningMark(character)),
  Prepend:
    ({ prepend }) =>
    (text) =>
      text === "" ? "" : String(prepend) + text,
  Strip: ({ strip_left, strip_right }) =>
    chain([
      ...(strip_left === true ? [(text: string) => text.replace(/^\p{White_Space}+/u, "")] : []),
      ...(strip_right === true ? [(text: string) => text.replace(/(?<!\p{White_Space})\p{White_Space}+$/u, "")] : []),
    ]),
  Replace: ({ pattern, content }, at) => {
    const found = patternOf(pattern, at);
    // Hugging Face tokenizers find nothing in an empty text, no end either.
    return (text) => (text === "" ? "" : found.replace(text, String(content)));
  },
  Sequence: ({ normalizers }, at) =>
    chain(makeParts(NORMALIZERS, normalizers, { at: `${at}.normalizers`, identity: unchanged })),
};

export const unchanged: Normalizer = (text) => text;

function chain(parts: readonly Normalizer[]): Normalizer {
  return (text) => parts.reduce((normalized, part) => part(normalized), text);
}

/** Only ASCII that prints: nothing to clean, no accents, no Chinese. */
const PLAIN = /^[ -~]*$/;
const WHITE_SPACE = /^\p{White_Space}$/u;
const CHINESE =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;

/** Takes control characters out and makes every white space a space. */
function cleanText(text: string): string {
  if (PLAIN.test(text)) return text;
  let clean = "";
  for (const character of text) {
    if (character === "\t" || character === "\n" || character === "\r") clean += " ";
    else if (character === "\ufffd" || isControl(character)) continue;
    else clean += WHITE_SPACE.test(character) ? " " : character;
  }
  return clean;
}

/** A space on both sides of each Chinese character, so that each is a word. */
function spaceChineseCharacters(text: string): string {
  return text.replace(CHINESE, " $& ");
}

function stripAccents(text: string): string {
  return PLAIN.test(text) ? text : keepIf(normalForm(text, "NFD"), (character) => !isNonSpacingMark(character));
}

/** Character by character: a sigma at the end of a word is like any other. */
function lowerCase(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  let lower = "";
  for (const character of text) lower += character.toLowerCase();
  return lower;
}

function keepIf(text: string, keep: (character: string) => boolean): string {
  let kept = "";
  for (const character of text) if (keep(character)) kept += character;
  return kept;
}
