import { wordNgrams } from "./words.ts";

export interface TfidfOptions {
  /** Fewest and most words in a term. Default [1, 2]. */
  readonly ngramRange?: readonly [least: number, most: number];
  /** A term in fewer texts is left out; 1 where no term is in so many. Default 2. */
  readonly minDf?: number;
  /** At most so many terms, the most frequent. Default 30,000. */
  readonly maxFeatures?: number;
  /** Count a term that occurs `n` times as `1 + ln n`. Default true. */
  readonly sublinearTf?: boolean;
}

/** A sparse row; `indices` ascend, `values` have the Euclidean length 1 (or are none). */
export interface SparseVector {
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

/** What a fitted vectorizer is stored as. */
export interface TfidfJson {
  readonly ngramRange: readonly [least: number, most: number];
  readonly sublinearTf: boolean;
  /** Sorted by UTF-16 code units; the index of a term is its column. */
  readonly terms: readonly string[];
  readonly idf: readonly number[];
}

/** Turns texts into TF-IDF vectors over a fitted vocabulary. */
export class TfidfVectorizer {
  readonly #json: TfidfJson;
  readonly #columns: ReadonlyMap<string, number>;

  private constructor(json: TfidfJson) {
    this.#json = json;
    this.#columns = new Map(json.terms.map((term, column) => [term, column]));
  }

  static fromJSON(json: TfidfJson): TfidfVectorizer {
    return new TfidfVectorizer(json);
  }

  toJSON(): TfidfJson {
    return this.#json;
  }

  get vocabularySize(): number {
    return this.#json.terms.length;
  }

  /** The text's vector, `[vocabularySize]`, float32; terms that were not fitted do not count. */
  transform(text: string): SparseVector {
    const { ngramRange, sublinearTf, idf } = this.#json;
    const counts = new Map<number, number>();
    for (const term of wordNgrams(text, ngramRange)) {
      const column = this.#columns.get(term);
      if (column !== undefined) counts.set(column, (counts.get(column) ?? 0) + 1);
    }
    const indices = Int32Array.from(counts.keys()).sort();
    const weights = Float64Array.from(indices, (column) => {
      const count = counts.get(column)!;
      return (sublinearTf ? 1 + Math.log(count) : count) * idf[column]!;
    });
    const norm = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0));
    return { indices, values: Float32Array.from(weights, (weight) => weight / norm) };
  }
}

/**
 * Fits TF-IDF on texts.
 *
 * The formulas are scikit-learn's `TfidfVectorizer` with `smooth_idf` and `norm="l2"`:
 * `idf = ln((1 + texts) / (1 + texts with the term)) + 1`, `value = tf · idf`, each row divided by its length.
 * Terms of equal count enter the vocabulary in alphabetical order.
 *
 * @see https://scikit-learn.org/1.5/modules/feature_extraction.html#tfidf-term-weighting
 */
export function fitTfidf(texts: readonly string[], options: TfidfOptions = {}): TfidfVectorizer {
  const { ngramRange = [1, 2], minDf = 2, maxFeatures = 30_000, sublinearTf = true } = options;
  const statistics = countTerms(texts, ngramRange);
  const frequent = [...statistics].filter(([, { texts: df }]) => df >= minDf);
  const terms = (frequent.length > 0 ? frequent : [...statistics])
    .sort(([a, x], [b, y]) => y.occurrences - x.occurrences || (a < b ? -1 : 1))
    .slice(0, maxFeatures)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return TfidfVectorizer.fromJSON({
    ngramRange,
    sublinearTf,
    terms: terms.map(([term]) => term),
    idf: terms.map(([, { texts: df }]) => Math.log((1 + texts.length) / (1 + df)) + 1),
  });
}

interface TermStatistics {
  occurrences: number;
  /** Texts that have the term. */
  texts: number;
  lastText: number;
}

function countTerms(texts: readonly string[], ngramRange: readonly [number, number]): Map<string, TermStatistics> {
  const statistics = new Map<string, TermStatistics>();
  for (const [i, text] of texts.entries()) {
    for (const term of wordNgrams(text, ngramRange)) {
      const known = statistics.get(term);
      if (known === undefined) {
        statistics.set(term, { occurrences: 1, texts: 1, lastText: i });
        continue;
      }
      known.occurrences++;
      if (known.lastText !== i) known.texts++;
      known.lastText = i;
    }
  }
  return statistics;
}
