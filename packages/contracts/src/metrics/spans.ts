import type { MetricTable } from "./metric-description.ts";

/** The metrics of a model that marks labelled spans in texts; a span is right with both its ends and its label. */
export const SPAN_METRICS = {
  f1Micro: {
    title: "Span F1",
    headline: true,
    better: "higher",
    summary:
      "Harmonic mean of precision and recall over all spans, which count only with both ends and the label right.",
  },
  precisionMicro: {
    title: "Span precision",
    headline: true,
    better: "higher",
    summary: "Share of the spans found that are right.",
  },
  recallMicro: {
    title: "Span recall",
    headline: true,
    better: "higher",
    summary: "Share of the actual spans that were found.",
  },
  f1Macro: {
    title: "Macro span F1",
    better: "higher",
    summary: "Span F1 of each label, averaged so that every label counts the same.",
  },
  exactTexts: {
    title: "Exact texts",
    better: "higher",
    summary: "Share of the texts in which exactly the actual spans were found.",
  },
} as const satisfies MetricTable;

export type SpanMetric = keyof typeof SPAN_METRICS;

/** The metrics of the spans of one label, under `<metric>:<label>` among the measures. */
export const SPAN_LABEL_METRICS = ["precision", "recall", "f1"] as const;
