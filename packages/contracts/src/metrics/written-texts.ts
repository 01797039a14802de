import type { MetricTable } from "./metric-description.ts";

/** The metrics of a model that writes a text per row, held against the text that should stand there. */
export const WRITTEN_TEXT_METRICS = {
  chrf: {
    title: "chrF",
    headline: true,
    better: "higher",
    summary: "How far runs of up to six characters are those of the right texts, over all rows; works in any language.",
  },
  rouge1: {
    title: "ROUGE-1",
    better: "higher",
    summary: "Words that text and right text share, as an F1 score; mean over the rows.",
  },
  rouge2: {
    title: "ROUGE-2",
    better: "higher",
    summary: "The same of pairs of words that follow each other.",
  },
  rougeL: {
    title: "ROUGE-L",
    headline: true,
    better: "higher",
    summary: "The same of the longest run of words that both have in this order, with others between them.",
  },
  exact: {
    title: "Exact match",
    headline: true,
    better: "higher",
    summary: "Share of the rows whose text is the right one, letter by letter.",
  },
} as const satisfies MetricTable;

export type WrittenTextMetric = keyof typeof WRITTEN_TEXT_METRICS;
