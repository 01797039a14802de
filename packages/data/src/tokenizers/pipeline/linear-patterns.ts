/** Contractions, letters, numbers and other characters of GPT-2, CLIP, GPT-4, Llama 3, Qwen and DeepSeek. */
const CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const PLAIN_CONTRACTIONS = "'s|'t|'re|'ve|'m|'ll|'d";
const LETTERS = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
const SPACES = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const MARKS = " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*";
const CAPITALS = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
const SMALL = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";

/**
 * Patterns of published tokenizers, as they stand there, that were read one by one: each takes a time linear in a text's length, since what it
 * has read in vain from one place it reads with another alternative at once.
 */
export const LINEAR_PATTERNS: ReadonlySet<string> = new Set([
  // One character, or a run of one kind.
  ...["$", ".", "\\s+", " {2,}", "\\n", "\\r\\n", "[\\r\\n]", "\\d", "\\p{N}", "\\p{N}{1,3}", "\\d{1,3}"],
  ...[
    "[0-9]",
    "[0-9][0-9][0-9]",
    "[0-9]+",
    "[a-z]+[-]?",
    "[^\\p{L}\\p{M}\\p{N}]+",
    "[一-龥ࠀ-一가-퟿]+",
    "[一-龥぀-ゟ゠-ヿ]+",
  ],
  // GPT-2 and its descendants.
  `${PLAIN_CONTRACTIONS}| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+`,
  `${PLAIN_CONTRACTIONS}|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+`,
  // GPT-4 and Llama 3, Qwen2, which takes digits one by one, and GPT-4o.
  `${CONTRACTIONS}|${LETTERS}|\\p{N}{1,3}|${MARKS}|${SPACES}`,
  `${CONTRACTIONS}|${LETTERS}|\\p{N}|${MARKS}|${SPACES}`,
  `[^\\r\\n\\p{L}\\p{N}]?${CAPITALS}*${SMALL}+${CONTRACTIONS}?|[^\\r\\n\\p{L}\\p{N}]?${CAPITALS}+${SMALL}*${CONTRACTIONS}?` +
    `|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${SPACES}`,
  // DeepSeek.
  "\\s?[A-Za-zµÀ-ÖØ-öø-ƺ]+",
  "\\s?[!-/:-~！-／：-～‘-‟　-。]+",
  "\\s?\\p{L}+",
  "\\s?\\p{P}+",
]);
