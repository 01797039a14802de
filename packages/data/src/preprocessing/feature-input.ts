import type { DateSpelling } from "../frames/date-spellings.ts";
import type { ColumnKind } from "../frames/frame.ts";
import type { NumberSpelling } from "../frames/number-spellings.ts";

/** A raw column that a served model takes. Plain JSON. */
export interface FeatureInput {
  readonly name: string;
  readonly kind: ColumnKind;
  /** The graph's input, `[batch, 1]`: float32 with NaN, texts with "", int64 milliseconds with `MISSING_DATE` for missing values. */
  readonly feed: string;
  /** How texts write its numbers or dates. */
  readonly spelling?: NumberSpelling | DateSpelling;
  /** What may stand beside its numbers. */
  readonly unit?: string;
  /** The graph reads lower-case words with a space around each, as `frameFeeds` makes them. Absent: texts as they are. */
  readonly text?: "words";
  /** The categories of the training rows. */
  readonly categories?: readonly string[];
  /** Whether a category that is none of them is refused. Default "own": it is one of its own. */
  readonly unknown?: "own" | "refuse";
}

/** A column of numbers that a model learns from. Plain JSON. */
export interface Feature {
  /** Each once. */
  readonly name: string;
  /** The raw column that it is made of; "" of several. */
  readonly from: string;
  /** It holds codes 0…n−1 of a category, and NaN where one is missing. Absent: a plain number. */
  readonly categories?: number;
}

/** What the graph gets for a date that is missing. */
export const MISSING_DATE = -(2n ** 63n);

/** Names of graph inputs, each once: the columns' names as far as every runtime can write them. */
export function feedNames(columns: readonly string[]): string[] {
  const taken = new Set<string>();
  return columns.map((column) => {
    const stem = `column.${column.replace(/[^\p{L}\p{M}\p{N}_ .-]/gu, "_")}`;
    let name = stem;
    for (let again = 2; taken.has(name); again++) name = `${stem}.${again}`;
    taken.add(name);
    return name;
  });
}
