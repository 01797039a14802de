import type { TableColumn } from "@modelwright/contracts";

/** A raw column that a served model takes, as its manifest says. */
export type FeatureInput = Readonly<Omit<TableColumn, "categories">> & {
  readonly categories?: readonly string[] | undefined;
};

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
