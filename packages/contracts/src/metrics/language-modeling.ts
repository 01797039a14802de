import type { MetricTable } from "./metric-description.ts";

/** The metrics of a language model, causal or masked. */
export const LANGUAGE_MODELING_METRICS = {
  perplexity: {
    title: "Perplexity",
    headline: true,
    better: "lower",
    summary: "The model is as unsure as among so many equally likely tokens; of models with the same tokenizer only.",
  },
  loss: { title: "Loss", better: "lower", summary: "Mean cross-entropy of a token, in nats." },
  bitsPerCharacter: {
    title: "Bits per character",
    headline: true,
    better: "lower",
    summary: "Cross-entropy of the whole text over its characters, which compares models with different tokenizers.",
  },
  pieceAccuracy: {
    title: "Token accuracy",
    better: "higher",
    summary: "Share of the tokens to predict of which the likeliest one was right.",
  },
  nextSentenceAccuracy: {
    title: "Next sentence",
    better: "higher",
    summary: "Share of pairs of texts of which the model knew whether the second follows the first.",
  },
} as const satisfies MetricTable;

export type LanguageModelingMetric = keyof typeof LANGUAGE_MODELING_METRICS;
