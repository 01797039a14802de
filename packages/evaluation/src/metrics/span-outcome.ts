import { ModelwrightError } from "@modelwright/contracts";

/** A labelled stretch of a text; offsets as the text counts them. */
export interface LabelledSpan {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** Spans of one text. */
export interface SpanRow {
  readonly actual: readonly LabelledSpan[];
  readonly predicted: readonly LabelledSpan[];
}

/** What a model marked in texts, and what was to be marked. */
export interface SpanOutcome {
  /** Every label of a span is among them. */
  readonly labels: readonly string[];
  readonly rows: readonly SpanRow[];
}

/** Spans of each row by label, row-major `[rows, labels]`. */
export interface SpanCounts {
  readonly rows: number;
  readonly actual: Float64Array;
  readonly predicted: Float64Array;
  /** Spans of both, with the same ends and label. */
  readonly right: Float64Array;
  /** 1 where a row was marked exactly as it should be, `[rows]`. */
  readonly exact: Float64Array;
}

/** @throws {ModelwrightError} `EVALUATION_EMPTY` without rows. */
export function countSpans({ labels, rows }: SpanOutcome): SpanCounts {
  if (rows.length === 0) throw new ModelwrightError("EVALUATION_EMPTY", { what: "spans" });
  const place = new Map(labels.map((label, index) => [label, index]));
  const zeros = () => new Float64Array(rows.length * labels.length);
  const counts = {
    rows: rows.length,
    actual: zeros(),
    predicted: zeros(),
    right: zeros(),
    exact: new Float64Array(rows.length),
  };
  rows.forEach(({ actual, predicted }, row) => {
    const at = ({ label }: LabelledSpan) => row * labels.length + place.get(label)!;
    const known = new Set(actual.map(keyOf));
    let right = 0;
    for (const span of actual) counts.actual[at(span)]!++;
    for (const span of predicted) {
      counts.predicted[at(span)]!++;
      if (!known.has(keyOf(span))) continue;
      counts.right[at(span)]!++;
      right++;
    }
    counts.exact[row] = right === actual.length && right === predicted.length ? 1 : 0;
  });
  return counts;
}

export function keyOf({ start, end, label }: LabelledSpan): string {
  return `${start}:${end}:${label}`;
}
