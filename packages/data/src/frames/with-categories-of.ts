import type { Column, Frame } from "./frame.ts";

/** Two frames of the same columns, read from different tables, with the categories of both: those of the first in front. */
export function withCategoriesOf(first: Frame, second: Frame): [Frame, Frame] {
  const pairs = first.columns.map((column, i) => unified(column, second.columns[i]!));
  return [
    { ...first, columns: pairs.map(([one]) => one) },
    { ...second, columns: pairs.map(([, other]) => other) },
  ];
}

function unified(one: Column, other: Column): readonly [Column, Column] {
  if (one.kind !== "category" || other.kind !== "category") return [one, other];
  const codes = new Map(one.categories.map((category, code) => [category, code]));
  for (const category of other.categories) if (!codes.has(category)) codes.set(category, codes.size);
  const categories = [...codes.keys()];
  const recoded = other.codes.map((code) => (code < 0 ? code : codes.get(other.categories[code]!)!));
  return [
    { ...one, categories },
    { ...other, categories, codes: recoded },
  ];
}
