import type { PlainTextCure, TableColumn } from "@modelwright/contracts";

/** A raw column that a served model takes, as its manifest says. */
export type FeatureInput = Readonly<Omit<TableColumn, "categories" | "cures">> & {
  readonly categories?: readonly string[] | undefined;
  readonly cures?: readonly PlainTextCure[] | undefined;
};

/** The one graph input of a column that is read in one way. */
export function feedOf({ name, feed, vector }: Pick<FeatureInput, "name" | "feed" | "vector">): string {
  const own = vector?.feed ?? feed;
  if (own === undefined) throw new Error(`"${name}" is read by no input`);
  return own;
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

/** The input that gets vectors of a column's texts, by the one that would get its values. */
export function vectorFeed(feed: string): string {
  return feed.replace(/^column\./, "vector.");
}

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
