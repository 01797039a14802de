import { counted } from "../../report-builder.ts";
import { applyCodes, type CategoryCodes, categoriesSeen, compileCodes } from "./category-codes.ts";
import { categoryInput } from "./category-input.ts";
import type { Encoder } from "./encoder.ts";

/**
 * How rare a category is among the training rows, −ln of its share: near 0 for one that most rows have, largest for one that none has. One row is
 * counted beside those of each category, so that a new one has a share.
 */
export const rarity: Encoder<"category", CategoryCodes> = {
  kind: "category",
  isPlain: true,
  input: categoryInput,
  fit: (column) => {
    const seen = categoriesSeen(column);
    const known = seen.reduce((sum, { rows }) => sum + rows, 0);
    const all = column.codes.length;
    const rarityOf = (rows: number) => Math.fround(Math.log((all + 1) / (rows + 1)));
    const sorted = seen.toSorted((a, b) => (a.category < b.category ? -1 : 1));
    return {
      kept: sorted.map(({ category }) => category),
      codes: sorted.map(({ rows }) => rarityOf(rows)),
      other: rarityOf(0),
      missing: rarityOf(all - known),
      count: 1,
    };
  },
  features: (name) => [{ name: `rarity of ${name}` }],
  apply: applyCodes,
  words: ({ kept }) => `how rare each of ${counted(kept.length, "category", "categories")} is`,
  compile: compileCodes,
};
