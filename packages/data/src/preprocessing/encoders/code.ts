import { counted } from "../../report-builder.ts";
import { applyCodes, type CategoryCodes, compileCodes, fitCodes } from "./category-codes.ts";
import { categoryInput } from "./category-input.ts";
import type { Encoder } from "./encoder.ts";

/** Categories as codes 0…n−1: for trees that split them as sets, and for embeddings. */
export const code: Encoder<"category", CategoryCodes> = {
  kind: "category",
  isPlain: false,
  input: categoryInput,
  fit: (column, settings) => fitCodes(column, settings),
  features: (name, { count }) => [{ name, categories: count }],
  apply: applyCodes,
  words: ({ kept }) => `a code of ${counted(kept.length, "category", "categories")}`,
  compile: compileCodes,
};
