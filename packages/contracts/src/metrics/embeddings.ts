import type { MetricTable } from "./metric-description.ts";

/**
 * The metrics of a model that gives texts vectors: of searches, in which each held-out text is a query and those that belong to it are to be
 * found, and of pairs with a known similarity. Test rows define the ones or the others.
 */
export const EMBEDDING_METRICS = {
  ndcg10: {
    title: "NDCG@10",
    headline: true,
    better: "higher",
    summary:
      "How far up the first ten texts found those are that belong to the query; 1 when all stand at the top, and a lower place counts less.",
  },
  mrr: {
    title: "MRR",
    headline: true,
    better: "higher",
    summary: "Mean of 1 divided by the place of the first text found that belongs to the query.",
  },
  map: {
    title: "MAP",
    better: "higher",
    summary: "Share of relevant documents among those found, averaged over the places of all that belong to the query.",
  },
  precision1: {
    title: "Nearest is relevant",
    headline: true,
    better: "higher",
    summary: "Share of the queries whose nearest text belongs to them.",
  },
  recall1: {
    title: "Recall@1",
    better: "higher",
    summary: "Share of a query's relevant texts that stand first.",
  },
  recall5: {
    title: "Recall@5",
    better: "higher",
    summary: "Share of the texts that belong to a query that are among the five nearest.",
  },
  recall10: {
    title: "Recall@10",
    headline: true,
    better: "higher",
    summary: "Share of the texts that belong to a query that are among the ten nearest.",
  },
  spearman: {
    title: "Rank correlation",
    headline: true,
    better: "higher",
    summary:
      "Spearman's correlation of cosines with known similarities: 1 when nearer pairs are always the more similar.",
  },
  pearson: {
    title: "Correlation",
    headline: true,
    better: "higher",
    summary: "Pearson's correlation of cosines with known similarities: 1 when they lie on a line.",
  },
} as const satisfies MetricTable;

export type EmbeddingMetric = keyof typeof EMBEDDING_METRICS;
