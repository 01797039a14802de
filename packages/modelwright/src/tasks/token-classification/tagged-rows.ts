import { type TextTokenizer, tagsOfSpans, textUnits, type UnitKind, unitIds, unitWindows } from "@modelwright/data";
import { type BatchSource, paddedTexts } from "@modelwright/training";
import type { SpanRows } from "./rows.ts";

export interface TaggedRowsOptions {
  readonly tokenizer: TextTokenizer;
  readonly units: UnitKind;
  readonly maxLength: number;
}

/** Parts of texts, as a tagger reads them, with a tag for each unit; a text without units has none. */
export function taggedRows(
  { labels, rows }: SpanRows,
  { tokenizer, units: kind, maxLength }: TaggedRowsOptions,
): BatchSource {
  const texts: Int32Array[] = [];
  const tags: Int32Array[] = [];
  for (const { text, spans } of rows) {
    const units = textUnits(text, kind);
    const ids = unitIds(text, units, tokenizer);
    const own = tagsOfSpans(units, spans, labels);
    for (const { from, to } of unitWindows(text, units, maxLength)) {
      texts.push(ids.subarray(from, to));
      tags.push(begun(own.subarray(from, to)));
    }
  }
  // The loss of a conditional random field is that of whole sequences.
  return { ...paddedTexts({ texts, labels: tags }), weight: (chosen) => chosen.length };
}

/** Tags whose first one goes on with nothing begins a span: a cut went through one. */
function begun(tags: Int32Array): Int32Array {
  const [first] = tags;
  return first !== undefined && first > 0 && first % 2 === 0 ? tags.with(0, first - 1) : tags;
}
