import type { PartJson } from "../pipeline/part.ts";
import type { TokenizerRecipe } from "./tokenizer-recipe.ts";
import { UNKNOWN_TOKEN } from "./unknown-token.ts";

/** Letters in other widths and forms are the same letters; every stretch of white space is one space. */
function normalizer(lowercase: boolean): PartJson {
  return {
    type: "Sequence",
    normalizers: [
      { type: "NFKC" },
      ...(lowercase ? [{ type: "Lowercase" }] : []),
      { type: "Replace", pattern: { Regex: String.raw`\s+` }, content: " " },
      { type: "Strip", strip_left: true, strip_right: true },
    ],
  };
}

/** The most frequent words are tokens as they are; every other word is unknown. */
function mostFrequent({ words, specialTokens, vocabularySize, minFrequency }: Parameters<TokenizerRecipe["learn"]>[0]) {
  const special = new Set(specialTokens);
  // Words come in code-unit order, which is that of equally frequent ones.
  const frequent = [...words]
    .filter(([word, count]) => count >= minFrequency && !special.has(word))
    .sort(([, a], [, b]) => b - a)
    .slice(0, Math.max(0, vocabularySize - specialTokens.length))
    .map(([word]) => word);
  const tokens = [...specialTokens, ...frequent];
  return {
    type: "WordLevel",
    unk_token: UNKNOWN_TOKEN,
    vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
  };
}

/** Runs of letters and digits, and runs of punctuation. */
export const wordRecipe: TokenizerRecipe = {
  parts: ({ lowercase }) => ({
    normalizer: normalizer(lowercase),
    pre_tokenizer: { type: "Whitespace" },
    post_processor: null,
    decoder: null,
  }),
  learn: mostFrequent,
};

/** Every character (Unicode code point), spaces too. */
export const characterRecipe: TokenizerRecipe = {
  parts: ({ lowercase }) => ({
    normalizer: normalizer(lowercase),
    pre_tokenizer: { type: "Split", pattern: { Regex: "." }, behavior: "Isolated", invert: false },
    post_processor: null,
    decoder: { type: "Fuse" },
  }),
  learn: mostFrequent,
};
