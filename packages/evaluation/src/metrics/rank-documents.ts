import type { RankedQuery, RetrievalOutcome } from "./embedding-outcome.ts";

/** Searches to be made. */
export interface Searches {
  readonly queries: number;
  readonly documents: number;
  /** Writes how near each document is to a query, `[documents]`; more is nearer. */
  readonly score: (query: number, into: Float64Array) => void;
  /** Numbers of the documents that belong to a query; a query without any is left out. */
  readonly relevant: (query: number) => readonly number[];
  /** The document that is the query itself, which is not searched. Default: none is. */
  readonly self?: (query: number) => number;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Ranks documents for each query. Of documents that are as near as each other, those that do not belong to the query come first: a model that
 * gives all texts one vector finds nothing.
 */
export function rankDocuments(searches: Searches): RetrievalOutcome {
  const { queries: count, documents, score, relevant, self = () => -1, onProgress } = searches;
  const scores = new Float64Array(documents);
  const queries: RankedQuery[] = [];
  for (let query = 0; query < count; query++) {
    const wanted = relevant(query);
    if (wanted.length > 0) {
      score(query, scores);
      queries.push({ query, ...ranked(scores, new Set(wanted), self(query)) });
    }
    if ((query + 1) % 256 === 0 || query + 1 === count) onProgress?.(query + 1, count);
  }
  return { kind: "retrieval", documents, queries };
}

function ranked(scores: Float64Array, wanted: ReadonlySet<number>, self: number): Omit<RankedQuery, "query"> {
  const right = Float64Array.from(wanted, (document) => scores[document]!)
    .sort()
    .reverse();
  // How many other documents are as near as each of those wanted, or nearer, that is not as near as the one before.
  const before = new Int32Array(right.length + 1);
  let nearest = -1;
  for (let document = 0; document < scores.length; document++) {
    if (document === self) continue;
    const score = scores[document]!;
    const isWanted = wanted.has(document);
    if (nearest < 0 || score > scores[nearest]! || (score === scores[nearest]! && !isWanted && wanted.has(nearest))) {
      nearest = document;
    }
    if (!isWanted) before[firstNotAbove(right, score)]!++;
  }
  const ranks = new Int32Array(right.length);
  let others = 0;
  for (let place = 0; place < right.length; place++) {
    others += before[place]!;
    ranks[place] = place + 1 + others;
  }
  return { ranks, nearest };
}

/** The place of the first of falling values that is not above a score; their number where all are. */
function firstNotAbove(falling: Float64Array, score: number): number {
  let [low, high] = [0, falling.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (falling[middle]! > score) low = middle + 1;
    else high = middle;
  }
  return low;
}
