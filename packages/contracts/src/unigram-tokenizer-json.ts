/** The parts of a Hugging Face `tokenizer.json` that a Unigram tokenizer uses. */
export interface UnigramTokenizerJson {
  readonly version: "1.0";
  readonly truncation: null;
  readonly padding: null;
  readonly added_tokens: readonly AddedToken[];
  readonly normalizer: { readonly type: "Sequence"; readonly normalizers: typeof SENTENCEPIECE_NORMALIZERS };
  readonly pre_tokenizer: null;
  readonly post_processor: null;
  readonly decoder: {
    readonly type: "Metaspace";
    readonly replacement: "▁";
    readonly prepend_scheme: "always";
    readonly split: false;
  };
  readonly model: {
    readonly type: "Unigram";
    readonly unk_id: number;
    readonly vocab: readonly (readonly [token: string, score: number])[];
    readonly byte_fallback: false;
  };
}

interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly single_word: false;
  readonly lstrip: false;
  readonly rstrip: false;
  readonly normalized: false;
  readonly special: true;
}

/**
 * NFKC, then every space as `▁`, then one `▁` in front.
 *
 * As normaliser steps and not as a Metaspace pre-tokenizer: that one adds no `▁` in front of a text that begins with a
 * space, and SentencePiece as the encoder was trained does.
 */
export const SENTENCEPIECE_NORMALIZERS = [
  { type: "NFKC" },
  { type: "Replace", pattern: { String: " " }, content: "▁" },
  { type: "Prepend", prepend: "▁" },
] as const;

export interface UnigramVocabulary {
  /** The index of a token is its id. A `null` score counts as 0. */
  readonly tokens: readonly (readonly [token: string, score: number | null])[];
  /** The id of everything that no token covers. */
  readonly unknownId: number;
  /** So many first ids are control symbols, which no text contains. */
  readonly reserved: number;
}

/**
 * Writes a SentencePiece unigram vocabulary as a `tokenizer.json` that Hugging Face tokenizers read.
 *
 * The control symbols stand in `added_tokens` as special tokens.
 */
export function unigramTokenizerJson({ tokens, unknownId, reserved }: UnigramVocabulary): UnigramTokenizerJson {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true } as const;
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: tokens.slice(0, reserved).map(([content], id) => ({ id, content, ...flags })),
    normalizer: { type: "Sequence", normalizers: SENTENCEPIECE_NORMALIZERS },
    pre_tokenizer: null,
    post_processor: null,
    decoder: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: false },
    model: {
      type: "Unigram",
      unk_id: unknownId,
      vocab: tokens.map(([token, score]) => [token, score ?? 0]),
      byte_fallback: false,
    },
  };
}
