import { seededRandom, shuffle } from "../splits/seeded-random.ts";
import { charactersOf, type TextDocument } from "./text-document.ts";

/** Whole documents that hold less than this share of what is wanted are too few: a document is cut. */
const TOO_FEW = 0.5;

export interface DocumentSplit {
  readonly train: readonly TextDocument[];
  readonly validation: readonly TextDocument[];
}

/**
 * Sets documents aside for validation: whole ones, drawn by the seed until they hold the share of all
 * characters, so that no sentence's neighbour is trained on.
 *
 * Where whole ones hold much less, since there is one only or a few are long, the end of the longest document
 * is set aside too.
 *
 * @param options.validation Share of the characters.
 */
export function splitDocuments(
  documents: readonly TextDocument[],
  { validation, seed }: { readonly validation: number; readonly seed: number },
): DocumentSplit {
  const sizes = documents.map(charactersOf);
  const wanted = validation * sizes.reduce((sum, size) => sum + size, 0);
  const order = shuffle(Int32Array.from(documents.keys()), seededRandom(seed));
  const aside = new Set<number>();
  let held = 0;
  for (const index of order) {
    if (aside.size === documents.length - 1) break;
    // One more only where that comes nearer to what is wanted. Looking on for a shorter one would make the
    // split one of short documents.
    if (held + sizes[index]! / 2 > wanted) {
      if (held >= TOO_FEW * wanted) break;
      continue;
    }
    aside.add(index);
    held += sizes[index]!;
  }
  const rest = documents.filter((_, index) => !aside.has(index));
  const chosen = documents.filter((_, index) => aside.has(index));
  if (held >= TOO_FEW * wanted || rest.length === 0) return { train: rest, validation: chosen };
  const longest = rest.reduce((best, next) => (charactersOf(next) > charactersOf(best) ? next : best));
  const [start, end] = cutEnd(longest, wanted - held);
  return {
    train: rest.map((document) => (document === longest ? start : document)),
    validation: end.sentences.length === 0 ? chosen : [...chosen, end],
  };
}

/**
 * Parts the last sentences of a document that have at least so many characters from the others, of which one
 * stays.
 */
function cutEnd(document: TextDocument, characters: number): readonly [start: TextDocument, end: TextDocument] {
  const { sentences } = document;
  let at = sentences.length;
  for (let held = 0; at > 1 && held < characters; at--) held += sentences[at - 1]!.length;
  return [
    { ...document, sentences: sentences.slice(0, at) },
    { ...document, sentences: sentences.slice(at) },
  ];
}
