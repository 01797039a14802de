import { NORMALIZERS, unchanged } from "../tokenizers/pipeline/normalizers.ts";
import { makePart } from "../tokenizers/pipeline/part.ts";
import type { TokenizerJson } from "../tokenizers/pipeline/pipeline-tokenizer.ts";

/** Everything that is neither letter, mark nor number. */
const BETWEEN_WORDS = String.raw`[^\p{L}\p{M}\p{N}]+`;

/** Lower case; a space in front of, behind and between the words and instead of all that is no word, so that a space bounds each. */
const NORMALIZER = {
  type: "Sequence",
  normalizers: [
    { type: "NFKC" },
    { type: "Lowercase" },
    { type: "Replace", pattern: { Regex: BETWEEN_WORDS }, content: " " },
    { type: "Strip", strip_left: true, strip_right: true },
    { type: "Prepend", prepend: " " },
    { type: "Replace", pattern: { Regex: "$" }, content: " " },
  ],
};

const SPECIAL = ["[PAD]", "[UNK]"];
/** A character that stands in one place of all texts is in no term. */
const MIN_COUNT = 2;
const MOST_CHARACTERS = 50_000;

const normalize = makePart(NORMALIZERS, NORMALIZER, { at: "normalizer", identity: unchanged });

/** A text as its characters are counted: the words in lower case, a space in front of, between and behind them. */
export function boundedWords(text: string): string {
  return normalize(text);
}

/** A space, which bounds words. */
export const SPACE_ID = SPECIAL.length;
/** The lowest id of a character that belongs to a word. */
export const FIRST_CHARACTER_ID = SPACE_ID + 1;

/**
 * A `tokenizer.json` that cuts texts into single characters of words, and spaces between the words.
 *
 * It is byte-pair encoding without a pair, which every reader of such files knows. Id 0 is padding, 1 any other character, 2 the space.
 *
 * @param texts Their characters are known, the most frequent 50,000 that occur twice.
 */
export function ngramTokenizerJson(texts: readonly string[]): TokenizerJson {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const character of boundedWords(text)) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  counts.delete(" ");
  const characters = [...counts]
    .filter(([, count]) => count >= MIN_COUNT)
    .sort(([a, m], [b, n]) => n - m || a.codePointAt(0)! - b.codePointAt(0)!)
    .slice(0, MOST_CHARACTERS)
    .map(([character]) => character);
  const vocab = Object.fromEntries([...SPECIAL, " ", ...characters].map((token, id) => [token, id]));
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: NORMALIZER,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: "[UNK]",
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab,
      merges: [],
    },
  };
}
