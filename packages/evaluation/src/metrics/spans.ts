import { ModelwrightError } from "@modelwright/contracts";

/** A stretch of tokens that has a type, such as the name of a person. */
export interface Span {
  /** Of its first token. */
  readonly start: number;
  /** Behind its last token. */
  readonly end: number;
  readonly type: string;
}

/** How well spans were found; a span counts only with both its ends and its type right. */
export interface SpanMeasures {
  /** Right ones among those predicted; 0 when none is. */
  readonly precision: number;
  /** Right ones among the actual; 0 when there is none. */
  readonly recall: number;
  /** Harmonic mean of the two; 0 when both are. */
  readonly f1: number;
  /** Actual spans. */
  readonly support: number;
}

/**
 * The spans that BIO tags name, by the rules of the CoNLL shared tasks: `B-` begins one, and so does an `I-` behind `O` or behind another
 * type.
 *
 * @param tags `O`, `B-type` or `I-type` for each token.
 * @see Tjong Kim Sang & De Meulder, "Introduction to the CoNLL-2003 shared task", 2003
 */
export function taggedSpans(tags: readonly string[]): Span[] {
  const spans: Span[] = [];
  let open: { start: number; type: string } | undefined;
  for (let at = 0; at <= tags.length; at++) {
    const tag = tags[at] ?? "O";
    const type = tag === "O" ? undefined : tag.slice(2);
    if (open !== undefined && (type !== open.type || tag.startsWith("B-"))) {
      spans.push({ ...open, end: at });
      open = undefined;
    }
    if (type !== undefined) open ??= { start: at, type };
  }
  return spans;
}

/**
 * Precision, recall and F1 of spans over all texts together, as CoNLL's evaluation counts them.
 *
 * @param actual BIO tags, text by text.
 * @param predicted As many tags for each text.
 * @returns Over all types, and for each type that occurs.
 * @throws {ModelwrightError} `EVALUATION_EMPTY` for no texts; `EVALUATION_ROWS_DIFFER` for texts of other lengths.
 */
export function measureSpans(
  actual: readonly (readonly string[])[],
  predicted: readonly (readonly string[])[],
): SpanMeasures & { readonly byType: Readonly<Record<string, SpanMeasures>> } {
  if (actual.length === 0) throw new ModelwrightError("EVALUATION_EMPTY", { what: "spans" });
  if (actual.length !== predicted.length)
    throw new ModelwrightError("EVALUATION_ROWS_DIFFER", { what: `${actual.length} and ${predicted.length} texts` });
  const counts = new Map<string, SpanCounts>();
  for (const [row, tags] of actual.entries()) {
    const guessed = predicted[row]!;
    if (tags.length !== guessed.length)
      throw new ModelwrightError("EVALUATION_ROWS_DIFFER", { what: `${tags.length} and ${guessed.length} tags`, row });
    const [spans, guesses] = [taggedSpans(tags), taggedSpans(guessed)];
    const known = new Set(spans.map(keyOf));
    for (const { type } of spans) countsOf(counts, type).actual++;
    for (const guess of guesses) {
      const count = countsOf(counts, guess.type);
      count.predicted++;
      if (known.has(keyOf(guess))) count.right++;
    }
  }
  const total = { actual: 0, predicted: 0, right: 0 };
  for (const count of counts.values()) {
    total.actual += count.actual;
    total.predicted += count.predicted;
    total.right += count.right;
  }
  const types = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...measuresOf(total), byType: Object.fromEntries(types.map(([type, count]) => [type, measuresOf(count)])) };
}

interface SpanCounts {
  actual: number;
  predicted: number;
  right: number;
}

function countsOf(counts: Map<string, SpanCounts>, type: string): SpanCounts {
  const known = counts.get(type);
  if (known !== undefined) return known;
  const fresh = { actual: 0, predicted: 0, right: 0 };
  counts.set(type, fresh);
  return fresh;
}

function keyOf({ start, end, type }: Span): string {
  return `${start}:${end}:${type}`;
}

function measuresOf({ actual, predicted, right }: SpanCounts): SpanMeasures {
  const precision = predicted === 0 ? 0 : right / predicted;
  const recall = actual === 0 ? 0 : right / actual;
  const f1 = right === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { precision, recall, f1, support: actual };
}
