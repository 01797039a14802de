import type { MetricDescription } from "./classification-metrics.ts";

/** The metrics of a language model, in the order in which tables show them. */
export const languageModelMetrics = {
  perplexity: {
    title: "Perplexity",
    better: "lower",
    meaning: "Among so many equally likely pieces the model is as unsure; of models with the same tokenizer only.",
  },
  loss: { title: "Loss", better: "lower", meaning: "Mean cross-entropy of a piece, in nats." },
  bitsPerCharacter: {
    title: "Bits a character",
    better: "lower",
    meaning: "Cross-entropy of the whole text over its characters, which compares models with different tokenizers.",
  },
  pieceAccuracy: {
    title: "Piece accuracy",
    better: "higher",
    meaning: "Share of the pieces to foretell of which the likeliest one was right.",
  },
  nextSentenceAccuracy: {
    title: "Next sentence",
    better: "higher",
    meaning: "Share of pairs of texts of which the model knew whether the second follows the first.",
  },
} as const satisfies Record<string, MetricDescription>;

export type LanguageModelMetric = keyof typeof languageModelMetrics;

export const languageModelMetricNames = Object.keys(languageModelMetrics) as LanguageModelMetric[];
