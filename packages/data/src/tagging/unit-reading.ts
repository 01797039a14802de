import type { TextTokenizer } from "../tokenizers/text-tokenizer.ts";
import { type TextUnits, textUnits, type UnitKind, type UnitWindow, unitIds, unitWindows } from "./text-units.ts";

/** How a tagger reads texts. */
export interface UnitReading {
  readonly tokenizer: TextTokenizer;
  readonly units: UnitKind;
  /** Tokens that are read at once, special ones included. */
  readonly maxLength: number;
  /**
   * `one`: a unit is one token of a vocabulary of units. `many`: it is cut into tokens of a pretrained model, of which the first stands for it;
   * the special tokens of a text stand around each part.
   */
  readonly tokensPerUnit: "one" | "many";
}

/** A part of a text as a model reads it. */
export interface UnitPart extends UnitWindow {
  readonly ids: Int32Array;
  /** Where the first token of each unit of the part stands among the ids. */
  readonly firsts: Int32Array;
  /** Where the tokens of its last unit end among the ids: behind it stand special tokens only. */
  readonly end: number;
}

/** A text with its units and the parts in which it is read. */
export interface ReadUnits {
  readonly units: TextUnits;
  readonly parts: readonly UnitPart[];
}

/** Cuts a text into units, and these into parts that a model reads at once; a text without units has none. */
export function readUnits(text: string, reading: UnitReading): ReadUnits {
  const units = textUnits(text, reading.units);
  return { units, parts: READERS[reading.tokensPerUnit](text, units, reading) };
}

const READERS: Readonly<
  Record<UnitReading["tokensPerUnit"], (text: string, units: TextUnits, reading: UnitReading) => UnitPart[]>
> = {
  one: (text, units, { tokenizer, maxLength }) => {
    const ids = unitIds(text, units, tokenizer);
    return unitWindows(text, units, maxLength).map((window) => ({
      ...window,
      ids: ids.subarray(window.from, window.to),
      firsts: Int32Array.from({ length: window.to - window.from }, (_, unit) => unit),
      end: window.to - window.from,
    }));
  },
  many: (text, units, { tokenizer, maxLength }) => {
    const { before, after } = specialTokens(tokenizer);
    const room = Math.max(1, maxLength - before.length - after.length);
    const tokens = unitTokens(text, units, { tokenizer, most: room });
    return unitWindows(text, units, room, (unit) => tokens[unit]!.length).map((window) => {
      const own = tokens.slice(window.from, window.to);
      let place = before.length;
      const firsts = own.map(({ length }) => {
        place += length;
        return place - length;
      });
      const ids = Int32Array.from([...before, ...own.flatMap((each) => [...each]), ...after]);
      return { ...window, ids, firsts: Int32Array.from(firsts), end: place };
    });
  },
};

/** The tokens of each unit, one at least: read with the space in front of it, which belongs to the tokens of many vocabularies. */
function unitTokens(
  text: string,
  { starts, ends }: TextUnits,
  { tokenizer, most }: { readonly tokenizer: TextTokenizer; readonly most: number },
): Int32Array[] {
  const unknown = Int32Array.of(tokenizer.unknownId ?? tokenizer.padId);
  return Array.from(starts, (start, unit) => {
    const isBehindSpace = start > (unit === 0 ? 0 : ends[unit - 1]!);
    const word = text.slice(start, ends[unit]);
    const ids = tokenizer.encode(isBehindSpace ? ` ${word}` : word, most);
    return ids.length === 0 ? unknown : ids;
  });
}

/** What stands around a text: `[CLS]` and `[SEP]`. */
function specialTokens(tokenizer: TextTokenizer): { readonly before: Int32Array; readonly after: Int32Array } {
  const { before, after } = tokenizer.frame;
  if (before + after === 0) return { before: new Int32Array(0), after: new Int32Array(0) };
  const read = tokenizer.read("a", before + after + 1);
  return { before: read.subarray(0, before), after: read.subarray(read.length - after) };
}
