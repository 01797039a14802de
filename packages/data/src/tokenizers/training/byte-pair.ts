import { BYTE_CHARACTERS } from "../pipeline/byte-level.ts";
import { learnMerges } from "./learn-merges.ts";
import type { TokenizerRecipe } from "./tokenizer-recipe.ts";

/** Byte-level BPE as GPT-2 has it: every byte is a token. */
export const bytePairRecipe: TokenizerRecipe = {
  parts: () => {
    const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
    return { normalizer: null, pre_tokenizer: byteLevel, post_processor: byteLevel, decoder: byteLevel };
  },
  learn: ({ words, specialTokens, ...options }) => {
    const tokens = [...specialTokens, ...BYTE_CHARACTERS.toSorted()];
    const ids = new Map(tokens.map((token, id) => [token, id]));
    const merges = learnMerges({
      ...options,
      words: Array.from(words, ([word, count]) => ({ ids: Int32Array.from(word, (byte) => ids.get(byte)!), count })),
      tokens,
      join: (left, right) => left + right,
    });
    return {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    };
  },
};
