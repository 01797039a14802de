import { EMBEDDING_METRICS, type EmbeddingMetric } from "@modelwright/contracts";
import { concatenated, rounded } from "../metrics/concatenated.ts";
import {
  checkEmbeddingOutcome,
  type EmbeddingOutcome,
  type RankedQuery,
  type RetrievalOutcome,
  type SimilarityOutcome,
} from "../metrics/embedding-outcome.ts";
import { rankCorrelation, tiedOrder } from "../metrics/weighted-order.ts";
import { type MetricFamily, metricNames, type PreparedOutcome, type UnitMismatch } from "./metric-family.ts";

const names = metricNames(EMBEDDING_METRICS);

const DEPTH = 10;
/** What a document that belongs to the query is worth at a place, from 1. */
const discount = (place: number) => 1 / Math.log2(place + 1);

function gain(ranks: Int32Array): number {
  let found = 0;
  let best = 0;
  ranks.forEach((rank, i) => {
    if (rank <= DEPTH) found += discount(rank);
    if (i < DEPTH) best += discount(i + 1);
  });
  return found / best;
}

const recall = (k: number) => (ranks: Int32Array) => ranks.filter((rank) => rank <= k).length / ranks.length;

/** What is measured of one query; all that belongs to it counts the same. */
const OF_QUERIES = {
  ndcg10: gain,
  mrr: (ranks) => 1 / ranks[0]!,
  map: (ranks) => ranks.reduce((sum, rank, i) => sum + (i + 1) / rank, 0) / ranks.length,
  precision1: (ranks) => (ranks[0] === 1 ? 1 : 0),
  recall1: recall(1),
  recall5: recall(5),
  recall10: recall(10),
} as const satisfies Partial<Record<EmbeddingMetric, (ranks: Int32Array) => number>>;

function prepareSearches({ queries }: RetrievalOutcome): Pick<PreparedOutcome, "units" | "measure"> {
  const columns = names.map((name) => {
    const of = (OF_QUERIES as Partial<Record<EmbeddingMetric, (ranks: Int32Array) => number>>)[name];
    return of && Float64Array.from(queries, ({ ranks }) => of(ranks));
  });
  return {
    units: queries.length,
    measure: (weights, into) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      columns.forEach((column, i) => {
        into[i] =
          column === undefined
            ? Number.NaN
            : column.reduce((sum, value, query) => sum + value * weights[query]!, 0) / total;
      });
    },
  };
}

function preparePairs({ actual, predicted }: SimilarityOutcome): Pick<PreparedOutcome, "units" | "measure"> {
  const [byActual, byPredicted] = [tiedOrder(actual), tiedOrder(predicted)];
  const ranks = new Float64Array(actual.length);
  return {
    units: actual.length,
    measure: (weights, into) => {
      const measured: Partial<Record<EmbeddingMetric, number>> = {
        spearman: rankCorrelation(byActual, byPredicted, { weights, ranks }).correlation,
        pearson: correlation(actual, predicted, weights),
      };
      names.forEach((name, i) => {
        into[i] = measured[name] ?? Number.NaN;
      });
    },
  };
}

/** Pearson's correlation; NaN where all values that count are equal on either side. */
function correlation(left: Float64Array, right: Float64Array, weights: Float64Array): number {
  let total = 0;
  let [meanLeft, meanRight] = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    total += weights[i]!;
    meanLeft += weights[i]! * left[i]!;
    meanRight += weights[i]! * right[i]!;
  }
  meanLeft /= total;
  meanRight /= total;
  let [together, ofLeft, ofRight] = [0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    const [x, y] = [left[i]! - meanLeft, right[i]! - meanRight];
    together += weights[i]! * x * y;
    ofLeft += weights[i]! * x * x;
    ofRight += weights[i]! * y * y;
  }
  return ofLeft > 0 && ofRight > 0 ? together / Math.sqrt(ofLeft * ofRight) : Number.NaN;
}

function prepare(outcome: EmbeddingOutcome): PreparedOutcome {
  checkEmbeddingOutcome(outcome);
  const { units, measure } = outcome.kind === "retrieval" ? prepareSearches(outcome) : preparePairs(outcome);
  const whole = new Float64Array(names.length);
  measure(new Float64Array(units).fill(1), whole);
  return { units, keys: names, whole, measure };
}

/** Searches stay among the documents that each of them was made in. */
function join(outcomes: readonly EmbeddingOutcome[]): EmbeddingOutcome {
  const searches = outcomes.flatMap((outcome) => (outcome.kind === "retrieval" ? [outcome] : []));
  if (searches.length === outcomes.length) {
    return {
      kind: "retrieval",
      documents: searches.reduce((sum, { documents }) => sum + documents, 0),
      queries: searches.flatMap(({ queries }) => queries),
    };
  }
  const pairs = outcomes.flatMap((outcome) => (outcome.kind === "similarity" ? [outcome] : []));
  return {
    kind: "similarity",
    actual: concatenated(pairs.map(({ actual }) => actual)),
    predicted: concatenated(pairs.map(({ predicted }) => predicted)),
  };
}

function mismatch(a: EmbeddingOutcome, b: EmbeddingOutcome): UnitMismatch | undefined {
  if (a.kind === "retrieval" && b.kind === "retrieval") {
    if (a.documents !== b.documents) return { what: `${a.documents} texts to search against ${b.documents}` };
    return rowMismatch(a.queries, b.queries, ({ ranks }: RankedQuery) => ranks.length, "the texts to be found differ");
  }
  if (a.kind === "similarity" && b.kind === "similarity") {
    return rowMismatch([...a.actual], [...b.actual], (value) => value, "the actual similarities differ");
  }
  return { what: "searches against pairs" };
}

function rowMismatch<Row>(
  a: readonly Row[],
  b: readonly Row[],
  of: (row: Row) => number,
  what: string,
): UnitMismatch | undefined {
  if (a.length !== b.length) return { what: `${a.length} rows against ${b.length}` };
  const row = a.findIndex((each, i) => of(each) !== of(b[i]!));
  return row === -1 ? undefined : { what, row };
}

/**
 * Models that give texts vectors, measured by searches: each query counts the same, and those without a text to be found are left out, as
 * trec_eval does. NDCG@10 decides.
 */
export const embeddingFamily: MetricFamily<EmbeddingOutcome, EmbeddingMetric> = {
  name: "embeddings",
  metrics: EMBEDDING_METRICS,
  deciding: "ndcg10",
  margin: 0.01,
  unit: "row",
  prepare,
  join,
  answers: (outcome) =>
    outcome.kind === "retrieval"
      ? outcome.queries.map(({ query, ranks, nearest }) => ({ query, ranks: [...ranks], nearest }))
      : Array.from(outcome.predicted, (value, row) => ({ actual: outcome.actual[row], predicted: rounded(value) })),
  mismatch,
};

/** The same where the rows are pairs whose similarity is known: their rank correlation decides, as in benchmarks of semantic similarity. */
export const similarityFamily: MetricFamily<EmbeddingOutcome, EmbeddingMetric> = {
  ...embeddingFamily,
  deciding: "spearman",
};
