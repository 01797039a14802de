import { insideTag, labelOfTag, readUnits, tagsOfSpans, type UnitReading } from "@modelwright/data";
import { type BatchSource, paddedTexts } from "@modelwright/training";
import type { SpanRows } from "./rows.ts";

/** What does not count in the loss of a tagger whose tokens have their tags each by itself. */
const UNCOUNTED = -100;

export interface TaggedRowsOptions extends UnitReading {
  /** Whether the tags of a part are chosen together: then every token has one. */
  readonly crf: boolean;
}

/** Parts of texts, as a tagger reads them, with a tag for each token or for the first of each unit; a text without units has none. */
export function taggedRows({ labels, rows }: SpanRows, { crf, ...reading }: TaggedRowsOptions): BatchSource {
  const texts: Int32Array[] = [];
  const tags: Int32Array[] = [];
  const counts: number[] = [];
  for (const { text, spans } of rows) {
    const { units, parts } = readUnits(text, reading);
    const own = tagsOfSpans(units, spans, labels);
    for (const { from, to, ids, firsts, end } of parts) {
      texts.push(ids);
      const ofUnits = begun(own.subarray(from, to));
      tags.push(
        crf ? everyToken(ofUnits, { firsts, end, length: ids.length }) : firstTokens(ofUnits, firsts, ids.length),
      );
      // The loss of a conditional random field is that of whole sequences.
      counts.push(crf ? 1 : firsts.length);
    }
  }
  const weight = (chosen: Int32Array) => chosen.reduce((sum, row) => sum + counts[row]!, 0);
  return { ...paddedTexts({ texts, labels: tags }), weight };
}

/** The first token of a unit has its tag; others do not count, as is usual (Devlin et al. 2019, section 5.3). */
function firstTokens(tags: Int32Array, firsts: Int32Array, length: number): Int32Array {
  const all = new Int32Array(length).fill(UNCOUNTED);
  for (const [unit, place] of firsts.entries()) all[place] = tags[unit]!;
  return all;
}

/** The tokens of a unit behind its first one go on with its span; special tokens are outside of all. */
function everyToken(
  tags: Int32Array,
  { firsts, end, length }: { readonly firsts: Int32Array; readonly end: number; readonly length: number },
): Int32Array {
  const all = new Int32Array(length);
  for (const [unit, place] of firsts.entries()) {
    const tag = tags[unit]!;
    all[place] = tag;
    if (tag > 0) all.fill(insideTag(labelOfTag(tag)), place + 1, firsts[unit + 1] ?? end);
  }
  return all;
}

/** Tags whose first one goes on with nothing begins a span: a cut went through one. */
function begun(tags: Int32Array): Int32Array {
  const [first] = tags;
  return first !== undefined && first > 0 && first % 2 === 0 ? tags.with(0, first - 1) : tags;
}
