import { applyCodes, type CategoryCodes, codeCount, compileCodes, fitCodes } from "./category-codes.ts";
import { categoryInput } from "./category-input.ts";
import type { Encoder } from "./encoder.ts";

/** Categories as codes 0…n−1: for trees that split them as sets, and for embeddings. */
export const code: Encoder<"category", CategoryCodes> = {
  kind: "category",
  input: categoryInput,
  fit: (column, { rare, most, unknown, missing }) =>
    fitCodes(column, {
      rare,
      most,
      other: unknown !== "refuse" || (rare ?? 1) > 1 || most !== undefined,
      missing: missing === "own",
    }),
  features: (name, state) => [{ name, categories: codeCount(state) }],
  apply: applyCodes,
  compile: compileCodes,
};
