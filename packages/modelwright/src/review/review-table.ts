import type { JsonValue } from "@modelwright/registry";
import type { ReviewItem } from "./next-reviews.ts";

/** What stands in front of the item; `feedback import` reads the first two and passes over the others. */
const FRONT = ["prediction", "truth", "predicted", "probability", "why"] as const;
/** Names that mean something to `feedback import`, or to a reader of the file. */
const TAKEN: ReadonlySet<string> = new Set([...FRONT, "correction", "thumb", "comment", "id", "by", "at"]);

/** A file for people to label, whose column `truth` is empty. */
export interface ReviewTable {
  readonly columns: readonly string[];
  /** Values by column; undefined where there is none. */
  readonly rows: readonly (readonly (JsonValue | undefined)[])[];
}

/**
 * One row per prediction: its id, an empty truth, what was predicted, how probable it is and why it is asked, then the
 * item: a column `text`, or those of the row. A column that is called like one of feedback gets `item ` in front.
 *
 * @param by Who is going to label; absent: no column says so.
 */
export function reviewTable(items: readonly ReviewItem[], by?: string): ReviewTable {
  const cells = items.map(({ item }) => itemCells(item));
  const names = [...new Set(cells.flatMap((each) => Object.keys(each)))];
  const front = by === undefined ? FRONT : [...FRONT, "by"];
  return {
    columns: [...front, ...names],
    rows: items.map(({ prediction, predicted, probability, why }, row) => [
      prediction,
      undefined,
      predicted,
      probability === undefined ? undefined : Number(probability.toPrecision(4)),
      why,
      ...(by === undefined ? [] : [by]),
      ...names.map((name) => cells[row]![name] ?? undefined),
    ]),
  };
}

function itemCells(item: JsonValue): Readonly<Record<string, JsonValue>> {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return { text: item };
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [TAKEN.has(name) ? `item ${name}` : name, value as JsonValue]),
  );
}
