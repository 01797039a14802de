import { ModelwrightError } from "@modelwright/contracts";
import type { Cell } from "../tables/table.ts";

/** A stretch of a text that has a label, such as the name of a person; offsets in UTF-16 code units, as JavaScript strings count. */
export interface TextSpan {
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
  readonly label: string;
}

/** A span as it is written, before it is held against its text. */
export interface WrittenSpan extends TextSpan {
  /** What it covers, where the writer says so. */
  readonly text?: string;
}

/**
 * The spans in a cell: a JSON list of `{ start, end, label }`, or of `[start, end, label]` as some tools write them. Undefined for anything
 * else.
 */
export function readSpans({ text, kind }: Cell): readonly WrittenSpan[] | undefined {
  if (kind !== undefined && kind !== "list") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const spans = value.map(spanOf);
  return spans.includes(undefined) ? undefined : (spans as WrittenSpan[]);
}

function spanOf(value: unknown): WrittenSpan | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const [start, end, label, text] = Array.isArray(value) ? value : fieldsOf(value as Record<string, unknown>);
  if (typeof start !== "number" || typeof end !== "number" || typeof label !== "string") return undefined;
  if (label.trim() === "") return undefined;
  return { start, end, label: label.trim(), ...(typeof text === "string" ? { text } : {}) };
}

/** Hugging Face calls a label `entity_group`, Prodigy and spaCy `label`. */
function fieldsOf(value: Readonly<Record<string, unknown>>): readonly unknown[] {
  return [value["start"], value["end"], value["label"] ?? value["entity_group"] ?? value["type"], value["text"]];
}

/**
 * Spans of a text, in their order, held against it.
 *
 * @param text As it stands in the file; spans are given for the text without white space around it.
 * @throws {ModelwrightError} `DATA_SPAN_INVALID`.
 */
export function checkedSpans(
  written: readonly WrittenSpan[],
  text: string,
  where: { readonly file: string; readonly line: number },
): readonly TextSpan[] {
  const fail = (rule: string, got: string, remedy?: string): never => {
    throw new ModelwrightError("DATA_SPAN_INVALID", {
      ...where,
      rule,
      got,
      ...(remedy === undefined ? {} : { remedy }),
    });
  };
  const sorted = written.toSorted((a, b) => a.start - b.start || a.end - b.end);
  const leading = text.length - text.trimStart().length;
  const last = text.trimEnd().length;
  return sorted.map((span, i) => {
    const { start, end, label } = span;
    const shown = `${label} ${start} to ${end}`;
    if (!Number.isInteger(start) || !Number.isInteger(end)) fail("offsets must be whole numbers", shown);
    if (end <= start) fail("a span must hold a character", shown);
    if (start < 0 || end > text.length) fail(`a span must lie in its text of ${text.length} characters`, shown);
    const before = sorted[i - 1];
    if (before !== undefined && before.end > start)
      fail("spans must not overlap", `${shown} behind ${before.label} ${before.start} to ${before.end}`, OVERLAP);
    const covered = text.slice(start, end);
    if (covered.trim() === "") fail("a span must hold more than white space", shown);
    if (span.text !== undefined && span.text.trim() !== covered.trim())
      fail(
        `the span must say ${JSON.stringify(span.text)} as its text does`,
        JSON.stringify(covered),
        COUNTED_OTHERWISE,
      );
    return { start: Math.max(start, leading) - leading, end: Math.min(end, last) - leading, label };
  });
}

const OVERLAP = "Keep one of the two: a character has one label.";
const COUNTED_OTHERWISE =
  "Count UTF-16 code units, as JavaScript strings do: a character beyond U+FFFF, such as an emoji, counts two. Python counts one.";
