import { splitByteLevelWords, toByteCharacters } from "./byte-level.ts";
import { makePart, type PartFactory, type PartJson, type PreTokenizer } from "./part.ts";
import { isPunctuation } from "./unicode-differences.ts";

/** The pre-tokenisers of `tokenizer.json` that we run, by type. */
export const PRE_TOKENIZERS: Readonly<Record<string, PartFactory<PreTokenizer>>> = {
  BertPreTokenizer: () => (text) => spaceSeparated(text).flatMap(isolatePunctuation),
  WhitespaceSplit: () => spaceSeparated,
  ByteLevel: ({ add_prefix_space, use_regex }) => {
    const words = use_regex === false ? (text: string) => [text] : splitByteLevelWords;
    return (text) =>
      words(add_prefix_space === true && text !== "" && !text.startsWith(" ") ? ` ${text}` : text).map(
        toByteCharacters,
      );
  },
  Metaspace: ({ replacement, prepend_scheme, split }) => {
    const space = String(replacement);
    if (prepend_scheme !== "always" && prepend_scheme !== "never") return undefined;
    return (text) => {
      const spaced = text.replaceAll(" ", () => space);
      const whole = prepend_scheme === "always" && !spaced.startsWith(space) ? space + spaced : spaced;
      return split === false ? [whole] : beforeEach(whole, space);
    };
  },
  Sequence: ({ pretokenizers }) => {
    const parts = (pretokenizers as readonly PartJson[]).map((json) => makePart(PRE_TOKENIZERS, json, whole));
    if (!parts.every((part) => part !== undefined)) return undefined;
    return (text) => parts.reduce<readonly string[]>((words, part) => words.flatMap(part), [text]);
  },
};

export const whole: PreTokenizer = (text) => [text];

function spaceSeparated(text: string): string[] {
  return text.split(/\p{White_Space}+/u).filter((word) => word !== "");
}

/** Each punctuation character becomes a word of its own. */
function isolatePunctuation(word: string): string[] {
  const words: string[] = [];
  let start = 0;
  let at = 0;
  for (const character of word) {
    if (isPunctuation(character)) {
      if (at > start) words.push(word.slice(start, at));
      words.push(character);
      start = at + character.length;
    }
    at += character.length;
  }
  if (at > start) words.push(word.slice(start));
  return words;
}

/** Cuts in front of each `mark`. */
function beforeEach(text: string, mark: string): string[] {
  const words: string[] = [];
  let start = 0;
  for (let at = text.indexOf(mark, 1); at >= 0; at = text.indexOf(mark, at + mark.length)) {
    words.push(text.slice(start, at));
    start = at;
  }
  words.push(text.slice(start));
  return words;
}
