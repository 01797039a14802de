import type { RandomSource } from "@modelwright/engine";
import { maskTokens } from "./mask-tokens.ts";
import type { MaskedPair, MaskedTokenIds } from "./masked-pairs.ts";

/** A part of a document, as token ids. */
export interface TextChunk {
  readonly ids: Int32Array;
  /** Index of the document. */
  readonly document: number;
}

/** Special tokens around a chunk. */
export const CHUNK_TOKENS = 2;

/**
 * Cuts documents into parts of equal length, the last of each as long as what is left, for models that read one text at a time.
 *
 * @param documents Of each its ids.
 * @param length Most tokens of a part.
 */
export function textChunks(documents: readonly Int32Array[], length: number): TextChunk[] {
  return documents.flatMap((ids, document) =>
    Array.from({ length: Math.ceil(ids.length / length) }, (_, part) => ({
      ids: ids.subarray(part * length, (part + 1) * length),
      document,
    })),
  );
}

/** `[CLS] A [SEP]`, masked as `maskTokens` does. */
export function maskChunk(
  { ids: own }: Pick<TextChunk, "ids">,
  options: { readonly tokens: MaskedTokenIds; readonly vocabularySize: number; readonly random: RandomSource },
): Omit<MaskedPair, "isNext"> {
  const { tokens, vocabularySize, random } = options;
  const { cls, sep, mask, special } = tokens;
  const ids = Int32Array.of(cls, ...own, sep);
  return { ids, secondAt: ids.length, ...maskTokens(ids, { maskId: mask, special, vocabularySize, random }) };
}
