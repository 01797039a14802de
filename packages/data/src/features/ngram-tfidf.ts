import { type CountedTerm, countTerms, type TermLengths } from "./ngram-terms.ts";
import { TermTree } from "./term-tree.ts";
import type { SparseVector } from "./tfidf.ts";

/** A term in fewer texts is left out, unless no term is in so many. */
const MIN_TEXTS = 2;

/** Texts without any letter still have a model: of characters that it does not know. */
const NO_TERMS: readonly CountedTerm[] = [{ ids: Int32Array.of(1), texts: 0 }];

/** What becomes of token ids: the terms that are counted, and how rare each is. */
export interface NgramPool {
  /** Token ids of each term, the shortest first; the place of a term is its column. */
  readonly terms: readonly Int32Array[];
  /** `ln((1 + texts) / (1 + texts with the term)) + 1`, by column. */
  readonly idf: Float32Array;
}

/**
 * TF-IDF over terms of token ids, as scikit-learn's `TfidfVectorizer` weighs them with `sublinear_tf`, `smooth_idf` and `norm="l2"`:
 * a term that occurs `n` times counts `(1 + ln n) · idf`, and a text's vector has length 1.
 */
export class NgramTfidf {
  readonly pool: NgramPool;
  readonly #tree: TermTree;
  /** How often each term stands in the text at hand, `[terms]`; zeros between texts. */
  readonly #counts: Int32Array;

  /** @param pool As `fitNgramTfidf` made it. */
  constructor(pool: NgramPool) {
    this.pool = pool;
    this.#tree = new TermTree(pool.terms);
    this.#counts = new Int32Array(pool.terms.length);
  }

  /** The vector of a text, float32 `[terms]`. */
  transform(ids: Int32Array): SparseVector {
    const found: number[] = [];
    const [tree, counts] = [this.#tree, this.#counts];
    for (let start = 0; start < ids.length; start++) {
      let node = 0;
      for (let at = start; at < ids.length; at++) {
        node = tree.next(node, ids[at]!);
        if (node < 0) break;
        const column = tree.column(node);
        if (column >= 0 && counts[column]!++ === 0) found.push(column);
      }
    }
    const indices = Int32Array.from(found).sort();
    const weights = Float64Array.from(indices, (column) => (1 + Math.log(counts[column]!)) * this.pool.idf[column]!);
    for (const column of found) counts[column] = 0;
    const norm = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0));
    return { indices, values: Float32Array.from(weights, (weight) => weight / norm) };
  }
}

/**
 * Chooses the terms of texts: those in two texts or more, at most `maxTerms`, the most frequent; equally frequent ones by length and ids.
 *
 * @param encoded Texts as a tokenizer of `ngramTokenizerJson` gives them.
 */
export function fitNgramTfidf(
  encoded: readonly Int32Array[],
  { maxTerms = 60_000, ...lengths }: { readonly maxTerms?: number } & TermLengths = {},
): NgramTfidf {
  const frequent = countTerms(encoded, MIN_TEXTS, lengths);
  const any = frequent.length > 0 ? frequent : countTerms(encoded, 1, lengths);
  const terms = (any.length > 0 ? any : NO_TERMS)
    .toSorted((a, b) => b.texts - a.texts || byLengthAndIds(a, b))
    .slice(0, maxTerms)
    .sort(byLengthAndIds);
  return new NgramTfidf({
    terms: terms.map(({ ids }) => ids),
    idf: Float32Array.from(terms, ({ texts }) => Math.log((1 + encoded.length) / (1 + texts)) + 1),
  });
}

function byLengthAndIds({ ids: a }: CountedTerm, { ids: b }: CountedTerm): number {
  if (a.length !== b.length) return a.length - b.length;
  const at = a.findIndex((id, i) => id !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}
