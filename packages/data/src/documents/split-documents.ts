import { seededRandom, shuffle } from "../splits/seeded-random.ts";
import type { TextDocument } from "./text-document.ts";

/**
 * Sets documents aside for validation: whole ones, drawn by the seed, so that no sentence's neighbour is trained on.
 *
 * A single document is cut instead: its end is set aside.
 *
 * @param options.validation Share of the documents, at least one.
 */
export function splitDocuments(
  documents: readonly TextDocument[],
  { validation, seed }: { readonly validation: number; readonly seed: number },
): { readonly train: readonly TextDocument[]; readonly validation: readonly TextDocument[] } {
  const [only] = documents;
  if (documents.length === 1 && only !== undefined) {
    const kept = Math.max(1, Math.floor(only.sentences.length * (1 - validation)));
    return {
      train: [{ ...only, sentences: only.sentences.slice(0, kept) }],
      validation: [{ ...only, sentences: only.sentences.slice(kept) }],
    };
  }
  const order = shuffle(
    Int32Array.from(documents, (_, index) => index),
    seededRandom(seed),
  );
  const aside = new Set(order.subarray(0, Math.max(1, Math.round(documents.length * validation))));
  return {
    train: documents.filter((_, index) => !aside.has(index)),
    validation: documents.filter((_, index) => aside.has(index)),
  };
}
