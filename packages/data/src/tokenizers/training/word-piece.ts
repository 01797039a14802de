import { learnMerges } from "./learn-merges.ts";
import type { TokenizerRecipe } from "./tokenizer-recipe.ts";
import { UNKNOWN_TOKEN } from "./unknown-token.ts";
import { alphabetOf } from "./word-counts.ts";

/** Stands in front of tokens inside a word. */
const PREFIX = "##";
/** The most frequent characters that get a token; words with others are unknown. */
const ALPHABET_SIZE = 1000;
const LONGEST_WORD = 100;

/**
 * WordPiece with BERT's normaliser and words. Pairs are joined by frequency, as in Hugging Face tokenizers; the likelihood that the first
 * WordPiece went by (Schuster & Nakajima 2012) was never published in full.
 */
export const wordPieceRecipe: TokenizerRecipe = {
  parts: ({ lowercase }) => ({
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: null,
    decoder: { type: "WordPiece", prefix: PREFIX, cleanup: true },
  }),
  learn: ({ words, specialTokens, ...options }) => {
    const alphabet = alphabetOf(words, { limit: Math.min(ALPHABET_SIZE, options.vocabularySize >> 1) });
    const known = new Set(alphabet);
    const kept = Array.from(words, ([word, count]) => ({ characters: [...word], count })).filter(
      ({ characters }) => characters.length <= LONGEST_WORD && characters.every((character) => known.has(character)),
    );
    const inside = new Set(kept.flatMap(({ characters }) => characters.slice(1)));
    const continuing = alphabet.filter((character) => inside.has(character)).map((character) => PREFIX + character);
    const tokens = [...specialTokens, ...alphabet, ...continuing];
    const ids = new Map(tokens.map((token, id) => [token, id]));
    learnMerges({
      ...options,
      words: kept.map(({ characters, count }) => ({
        ids: Int32Array.from(characters, (character, at) => ids.get(at === 0 ? character : PREFIX + character)!),
        count,
      })),
      tokens,
      join: (left, right) => left + right.slice(PREFIX.length),
    });
    return {
      type: "WordPiece",
      unk_token: UNKNOWN_TOKEN,
      continuing_subword_prefix: PREFIX,
      max_input_chars_per_word: LONGEST_WORD,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    };
  },
};
