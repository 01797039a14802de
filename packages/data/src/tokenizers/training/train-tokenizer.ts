import { NORMALIZERS, unchanged } from "../pipeline/normalizers.ts";
import type { PartJson } from "../pipeline/part.ts";
import { makePart } from "../pipeline/part.ts";
import type { TokenizerJson } from "../pipeline/pipeline-tokenizer.ts";
import { PRE_TOKENIZERS, whole } from "../pipeline/pre-tokenizers.ts";
import { bytePairRecipe } from "./byte-pair.ts";
import type { TokenizerRecipe } from "./tokenizer-recipe.ts";
import { unigramRecipe } from "./unigram.ts";
import { UNKNOWN_TOKEN } from "./unknown-token.ts";
import { countWords } from "./word-counts.ts";
import { characterRecipe, wordRecipe } from "./word-level.ts";
import { wordPieceRecipe } from "./word-piece.ts";

export type TokenizerKind = "word-piece" | "byte-pair" | "unigram" | "word" | "character";

const RECIPES: Readonly<Record<TokenizerKind, TokenizerRecipe>> = {
  "word-piece": wordPieceRecipe,
  "byte-pair": bytePairRecipe,
  unigram: unigramRecipe,
  word: wordRecipe,
  character: characterRecipe,
};

export interface TokenizerTrainingOptions {
  readonly kind: TokenizerKind;
  readonly texts: Iterable<string> | AsyncIterable<string>;
  /** Most tokens, special tokens included; fewer when the texts hold no more. */
  readonly vocabularySize: number;
  /**
   * Letters become small and, but for `word` and `character`, lose their accents. Byte-level BPE does not know it. Default: true for
   * `word-piece`, `word` and `character`, otherwise false.
   */
  readonly lowercase?: boolean;
  /** They get the first ids. Default: BERT's five, and `<|endoftext|>` for `byte-pair`. All kinds but `byte-pair` need `[UNK]` among them. */
  readonly specialTokens?: readonly string[];
  /** Pairs and substrings that occur less often are not joined, words and characters not known. Default 2. */
  readonly minFrequency?: number;
  readonly onProgress?: (progress: TokenizerTrainingProgress) => void;
}

export interface TokenizerTrainingProgress {
  /** `count`: texts read; `learn`: tokens found, or for `unigram` tokens still to be dropped. */
  readonly stage: "count" | "learn";
  readonly done: number;
  readonly total?: number;
}

const IS_LOWERCASE: Readonly<Record<TokenizerKind, boolean>> = {
  "word-piece": true,
  "byte-pair": false,
  unigram: false,
  word: true,
  character: true,
};

const BERT_TOKENS = ["[PAD]", UNKNOWN_TOKEN, "[CLS]", "[SEP]", "[MASK]"];

/**
 * Learns a vocabulary from texts and writes it as a `tokenizer.json`, which Hugging Face tokenizers and `loadTokenizer` run to the same ids.
 *
 * - `word-piece`: BERT's normaliser and words; pairs are joined by frequency.
 * - `byte-pair`: GPT-2's words over bytes, so that no text has an unknown part; pairs are joined by frequency.
 * - `unigram`: NFKC, words begin with `▁`; tokens by expectation maximisation and pruning (Kudo 2018, arXiv:1804.10959).
 * - `word`, `character`: NFKC; the most frequent words, or characters, are the tokens, and every other one is unknown.
 *
 * The same texts in any order give the same file: what is equally frequent is ordered by ids, and those by code points.
 */
export async function trainTokenizer(options: TokenizerTrainingOptions): Promise<TokenizerJson> {
  const { kind, texts, vocabularySize, minFrequency = 2, onProgress = () => {} } = options;
  const recipe = RECIPES[kind];
  const specialTokens = options.specialTokens ?? (kind === "byte-pair" ? ["<|endoftext|>"] : BERT_TOKENS);
  const parts = recipe.parts({ lowercase: options.lowercase ?? IS_LOWERCASE[kind] });
  const normalize = makePart(NORMALIZERS, parts.normalizer, { at: "normalizer", identity: unchanged });
  const preTokenize = makePart(PRE_TOKENIZERS, parts.pre_tokenizer, { at: "pre_tokenizer", identity: whole });
  const words = await countWords(texts, {
    split: (text) => preTokenize(normalize(text), true),
    onProgress: (done) => onProgress({ stage: "count", done }),
  });
  const model = recipe.learn({
    words,
    specialTokens,
    vocabularySize,
    minFrequency,
    onProgress: (done, total) => onProgress({ stage: "learn", done, total }),
  });
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: specialTokens.map((content, id) => ({ id, content, ...SPECIAL })),
    ...parts,
    post_processor: pairTemplate(specialTokens) ?? parts.post_processor,
    model,
  };
}

const SPECIAL = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true } as const;

/** `[CLS] A [SEP] B [SEP]` with token types 0 and 1, for vocabularies that have these tokens. */
function pairTemplate(specialTokens: readonly string[]): PartJson | undefined {
  const [cls, sep] = ["[CLS]", "[SEP]"].map((token) => specialTokens.indexOf(token));
  if (cls === undefined || sep === undefined || cls < 0 || sep < 0) return undefined;
  const token = (id: string, type_id: number) => ({ SpecialToken: { id, type_id } });
  const text = (id: "A" | "B", type_id: number) => ({ Sequence: { id, type_id } });
  const single = [token("[CLS]", 0), text("A", 0), token("[SEP]", 0)];
  return {
    type: "TemplateProcessing",
    single,
    pair: [...single, text("B", 1), token("[SEP]", 1)],
    special_tokens: {
      "[CLS]": { id: "[CLS]", ids: [cls], tokens: ["[CLS]"] },
      "[SEP]": { id: "[SEP]", ids: [sep], tokens: ["[SEP]"] },
    },
  };
}
