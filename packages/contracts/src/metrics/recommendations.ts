import type { MetricTable } from "./metric-description.ts";

/**
 * The metrics of recommendations: of each user with something relevant among the test events, the first ten items of the whole catalogue that
 * the user had not chosen before. Nothing is drawn: sampled metrics may put models in another order (Krichene & Rendle 2020, KDD).
 */
export const RECOMMENDATION_METRICS = {
  ndcg10: {
    title: "NDCG@10",
    headline: true,
    better: "higher",
    summary:
      "How far up the first ten items those stand that the user chose later; 1 when they fill the top, and a lower place counts less.",
  },
  knownNdcg10: {
    title: "NDCG@10 of known users",
    headline: true,
    better: "higher",
    summary: "The same of the users of whom the model knows events; all others get what is popular.",
  },
  recall10: {
    title: "Recall@10",
    headline: true,
    better: "higher",
    summary: "Share of what a user chose later that is among the first ten items.",
  },
  hitRate10: {
    title: "Hit rate@10",
    headline: true,
    better: "higher",
    summary: "Share of the users who find something that they chose later among the first ten items.",
  },
  mrr10: {
    title: "MRR@10",
    better: "higher",
    summary: "Mean of 1 divided by the place of the first item that the user chose later; 0 where none is among ten.",
  },
  coverage10: {
    title: "Coverage of the catalogue",
    headline: true,
    better: "higher",
    summary: "Share of all items that stand among the first ten of any user.",
  },
  rmse: {
    title: "RMSE of ratings",
    headline: true,
    better: "lower",
    summary: "Root of the mean squared error of predicted ratings, in the unit of a rating.",
  },
  mae: {
    title: "MAE of ratings",
    better: "lower",
    summary: "Mean absolute error of predicted ratings, in the unit of a rating.",
  },
} as const satisfies MetricTable;

export type RecommendationMetric = keyof typeof RECOMMENDATION_METRICS;
