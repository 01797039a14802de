import type { DocumentScore } from "../metrics/document-score.ts";
import type { EmbeddingOutcome } from "../metrics/embedding-outcome.ts";
import type { MultiLabelOutcome } from "../metrics/multi-label-outcome.ts";
import type { RegressionOutcome } from "../metrics/regression-outcome.ts";
import type { SpanOutcome } from "../metrics/span-outcome.ts";

/** Predictions that are off by up to `error` either way, a tenth of them five times as far. */
export function inventRegression(rows: number, error: number): RegressionOutcome {
  const actual = Float64Array.from({ length: rows }, (_, row) => 100 + 40 * Math.sin(row * 1.7));
  const predicted = actual.map((value, row) => value + error * Math.sin(row * row) * (row % 10 === 0 ? 5 : 1));
  return { actual, predicted };
}

/** Rows with their label `row % labels` and each third row with the next one too, found with so much certainty. */
export function inventMultiLabel(labels: readonly string[], rows: number, certainty: number): MultiLabelOutcome {
  const width = labels.length;
  const actual = new Uint8Array(rows * width);
  for (let row = 0; row < rows; row++) {
    actual[row * width + (row % width)] = 1;
    if (row % 3 === 0) actual[row * width + ((row + 1) % width)] = 1;
  }
  const probabilities = Float64Array.from(actual, (mark, item) => {
    const noise = Math.abs(Math.sin(item * 12.9898) * 43758.5453) % 1;
    return certainty * mark + (1 - certainty) * noise;
  });
  return { labels, actual, probabilities, thresholds: new Float64Array(width).fill(0.5) };
}

/** Documents of 100 tokens with this mean loss, the later ones harder. */
export function inventDocuments(count: number, loss: number): DocumentScore[] {
  return Array.from({ length: count }, (_, i) => ({
    tokens: 100,
    loss: 100 * (loss + i / 50),
    right: 20,
    characters: 400,
  }));
}

/** Rows with a span of each label or none, of which each `missed`th row has lost its first one and got a wrong one. */
export function inventSpans(labels: readonly string[], rows: number, missed: number): SpanOutcome {
  return {
    labels,
    rows: Array.from({ length: rows }, (_, row) => {
      const actual = row % 4 === 0 ? [] : labels.map((label, i) => ({ start: 2 * i, end: 2 * i + 1, label }));
      const wrong = { start: 2 * labels.length, end: 2 * labels.length + 2, label: labels[0]! };
      return { actual, predicted: row % missed === 0 ? [...actual.slice(1), wrong] : actual };
    }),
  };
}

/** Searches for one text each, of which every `missed`th query finds it at a place of its own far down, the others first. */
export function inventSearches(queries: number, missed: number): EmbeddingOutcome {
  return {
    kind: "retrieval",
    documents: 2 * queries,
    queries: Array.from({ length: queries }, (_, query) => {
      const isMissed = query % missed === 0;
      return { query, ranks: Int32Array.of(isMissed ? query + 2 : 1), nearest: isMissed ? query + 1 : query };
    }),
  };
}

/** Pairs whose cosine is off by up to `error` either way. */
export function inventSimilarities(rows: number, error: number): EmbeddingOutcome {
  const actual = Float64Array.from({ length: rows }, (_, row) => 2.5 + 2.5 * Math.sin(row * 1.7));
  const predicted = actual.map((value, row) => value / 5 + error * Math.sin(row * row));
  return { kind: "similarity", actual, predicted };
}
