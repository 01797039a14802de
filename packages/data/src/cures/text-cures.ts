import type { TextCure } from "@modelwright/contracts";
import { TEXT_CURES } from "@modelwright/contracts";
import { htmlText } from "../sources/html-text.ts";

/** Pictures, with what makes one of several: tones of skin, joiners, the letters of flags, the cap of keys. */
const PICTURE = String.raw`\p{Extended_Pictographic}|\p{Regional_Indicator}`;
const EMOJI = new RegExp(
  String.raw`(?:${PICTURE})(?:${PICTURE}|\p{Emoji_Modifier}|\u{fe0f}|\u{200d}|[\u{e0020}-\u{e007f}])*|[#*\d]\u{fe0f}?\u{20e3}`,
  "gu",
);
const TAG_OR_ENTITY = /<[a-z!/]|&(?:#\d+|#x[\da-f]+|\w+);/i;

/** Marks of all scripts, without those within a word or number: `don't`, `well-known`, `3.5`. */
const MARKS = /(?:(?<![\p{L}\p{N}])\p{P}|\p{P}(?![\p{L}\p{N}])|(?![\p{Pd}\p{Pc}.,'’·・])\p{P})+/gu;

const CURES: Readonly<Record<TextCure, (text: string) => string>> = {
  html: (text) => (TAG_OR_ENTITY.test(text) ? htmlText(text) : text),
  nfkc: (text) => text.normalize("NFKC"),
  emoji: (text) => text.replace(EMOJI, ""),
  "lower-case": (text) => text.toLowerCase(),
  punctuation: (text) => text.replace(MARKS, " "),
  spaces: (text) => text.replace(/\s+/gu, " ").trim(),
};

/** Treats a text, always in the order of `TEXT_CURES`. */
export function curedText(text: string, chosen: readonly TextCure[]): string {
  return TEXT_CURES.filter((cure) => chosen.includes(cure)).reduce((cured, cure) => CURES[cure](cured), text);
}
