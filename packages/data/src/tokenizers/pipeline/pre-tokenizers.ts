import { splitByteLevelWords, toByteCharacters } from "./byte-level.ts";
import { makeParts, type PartFactory, type PartJson, type PreTokenizer, unsupportedPart } from "./part.ts";
import { patternOf } from "./pattern.ts";
import { SPLIT_BEHAVIORS, stretchesOf } from "./split-behaviors.ts";
import { isPunctuation } from "./unicode-differences.ts";

/** Rust's word characters, and runs of what is neither one nor white space. */
const WORDS =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;
const DIGIT = /\p{N}/gu;

/** The pre-tokenisers of `tokenizer.json` that we run, by type. */
export const PRE_TOKENIZERS: Readonly<Record<string, PartFactory<PreTokenizer>>> = {
  BertPreTokenizer: () => (text) => spaceSeparated(text).flatMap((word) => splitPunctuation(word, "Isolated")),
  Whitespace: () => (text) => text.match(WORDS) ?? [],
  WhitespaceSplit: () => spaceSeparated,
  Punctuation: (json, at) => {
    const behavior = behaviorOf(json, at);
    return (text) => splitPunctuation(text, behavior);
  },
  Digits: ({ individual_digits }) => {
    const join = SPLIT_BEHAVIORS[individual_digits === true ? "Isolated" : "Contiguous"]!;
    return (text) => join(stretchesOf(text, text.matchAll(DIGIT), { invert: false }));
  },
  Split: (json, at) => {
    const pattern = patternOf(json.pattern, at);
    const join = SPLIT_BEHAVIORS[behaviorOf(json, at)]!;
    return (text) => join(stretchesOf(text, pattern.matches(text), { invert: json.invert === true }));
  },
  CharDelimiterSplit: ({ delimiter }) => {
    const mark = String(delimiter);
    return (text) => text.split(mark).filter((word) => word !== "");
  },
  ByteLevel: ({ add_prefix_space, use_regex }) => {
    const words = use_regex === false ? (text: string) => [text] : splitByteLevelWords;
    return (text) =>
      words(add_prefix_space === true && text !== "" && !text.startsWith(" ") ? ` ${text}` : text).map(
        toByteCharacters,
      );
  },
  Metaspace: (json, at) => {
    const mark = markOf(json, at);
    const scheme = prependSchemeOf(json, at);
    return (text, isStart) => {
      const spaced = text.replaceAll(" ", () => mark);
      const isPrefixed = (scheme === "always" || (scheme === "first" && isStart)) && !spaced.startsWith(mark);
      const prefixed = isPrefixed ? mark + spaced : spaced;
      return json.split === false ? [prefixed] : beforeEach(prefixed, mark);
    };
  },
  Sequence: ({ pretokenizers }, at) => {
    const parts = makeParts(PRE_TOKENIZERS, pretokenizers, { at: `${at}.pretokenizers`, identity: whole });
    return (text, isStart) =>
      parts.reduce<readonly string[]>(
        (words, part) => words.flatMap((word, index) => part(word, isStart && index === 0 && text.startsWith(word))),
        [text],
      );
  },
};

export const whole: PreTokenizer = (text) => [text];

/** Older files say `add_prefix_space` instead. */
function prependSchemeOf({ prepend_scheme, add_prefix_space }: PartJson, at: string): string {
  const scheme = prepend_scheme ?? (add_prefix_space === false ? "never" : "always");
  if (scheme === "always" || scheme === "never" || scheme === "first") return scheme;
  throw unsupportedPart(`${at}.prepend_scheme`, `${JSON.stringify(scheme)} is none of always, first, never`);
}

function behaviorOf({ behavior = "Isolated" }: PartJson, at: string): string {
  const name = String(behavior);
  if (Object.hasOwn(SPLIT_BEHAVIORS, name)) return name;
  const known = Object.keys(SPLIT_BEHAVIORS).join(", ");
  throw unsupportedPart(`${at}.behavior`, `${JSON.stringify(behavior)} is none of ${known}`);
}

function spaceSeparated(text: string): string[] {
  return text.split(/\p{White_Space}+/u).filter((word) => word !== "");
}

function splitPunctuation(text: string, behavior: string): readonly string[] {
  const stretches: [string, boolean][] = [];
  for (const character of text) {
    const isMark = isPunctuation(character);
    const last = stretches.at(-1);
    if (last !== undefined && !isMark && !last[1]) last[0] += character;
    else stretches.push([character, isMark]);
  }
  return SPLIT_BEHAVIORS[behavior]!(stretches);
}

/** What stands for a space: one character, as Hugging Face has it. */
function markOf({ replacement }: PartJson, at: string): string {
  if (typeof replacement === "string" && [...replacement].length === 1) return replacement;
  throw unsupportedPart(`${at}.replacement`, `${JSON.stringify(replacement)} is not one character`);
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
