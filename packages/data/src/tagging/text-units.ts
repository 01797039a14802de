import type { TextTokenizer } from "../tokenizers/text-tokenizer.ts";

/** What has a tag: every character that is no white space, or every word and every other mark. */
export type UnitKind = "characters" | "words";

/** As the pre-tokeniser of a `tokenizer.json` has them; JavaScript reads them alike. */
export const UNIT_PATTERNS: Readonly<Record<UnitKind, string>> = {
  characters: String.raw`\S`,
  words: String.raw`[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]`,
};

/** Where the units of a text stand, in UTF-16 code units. */
export interface TextUnits {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export function textUnits(text: string, kind: UnitKind): TextUnits {
  const found = [...text.matchAll(new RegExp(UNIT_PATTERNS[kind], "gu"))];
  return {
    starts: Int32Array.from(found, ({ index }) => index),
    ends: Int32Array.from(found, ({ index, 0: unit }) => index + unit.length),
  };
}

/** The ids of a text's units; what the vocabulary lacks is unknown. */
export function unitIds(text: string, { starts, ends }: TextUnits, tokenizer: TextTokenizer): Int32Array {
  const unknown = tokenizer.unknownId ?? tokenizer.padId;
  return starts.map((start, i) => tokenizer.idOf(text.slice(start, ends[i])) ?? unknown);
}

/** Units `[from, to)` that are read together. */
export interface UnitWindow {
  readonly from: number;
  readonly to: number;
}

const ENDS_SENTENCE = /[.!?。！？…;；\n]/u;
const ENDS_PART = /[,，、:：]/u;

/**
 * Cuts a text into parts of at most so many tokens, behind the last mark in the second half of a part that ends a sentence or a part of one,
 * or where it must be. A unit of more tokens than that is a part of its own.
 *
 * @param sizeOf Tokens of a unit. Default: one.
 */
export function unitWindows(
  text: string,
  { starts, ends }: TextUnits,
  maxLength: number,
  sizeOf: (unit: number) => number = () => 1,
): UnitWindow[] {
  const windows: UnitWindow[] = [];
  const endsWith = (unit: number, marks: RegExp) => marks.test(text.slice(starts[unit], ends[unit]));
  for (let from = 0; from < starts.length; ) {
    let to = from + 1;
    for (let size = sizeOf(from); to < starts.length; to++) {
      size += sizeOf(to);
      if (size > maxLength) break;
    }
    const half = from + Math.ceil((to - from) / 2);
    let cut = to;
    if (to < starts.length) {
      for (const marks of [ENDS_SENTENCE, ENDS_PART]) {
        let last = to;
        while (last > half && !endsWith(last - 1, marks)) last--;
        if (last > half) {
          cut = last;
          break;
        }
      }
    }
    windows.push({ from, to: cut });
    from = cut;
  }
  return windows;
}
