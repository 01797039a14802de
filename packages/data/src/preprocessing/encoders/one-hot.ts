import { counted } from "../../report-builder.ts";
import { rowOf } from "../steps/step.ts";
import { applyCodes, type CategoryCodes, compileCodes, fitCodes } from "./category-codes.ts";
import { categoryInput } from "./category-input.ts";
import type { Encoder } from "./encoder.ts";

/**
 * A column of 0 and 1 per category. New ones are those of "other", where training rows have rare ones, and
 * otherwise 0 in all.
 */
export const oneHot: Encoder<"category", CategoryCodes> = {
  kind: "category",
  isPlain: false,
  input: categoryInput,
  // A column that is 0 in all training rows teaches nothing: "other" has one only if there are rare ones.
  fit: (column, settings) => fitCodes(column, { ...settings, unknown: "refuse" }),
  features: (name, { kept, other, missing }) => [
    ...kept.map((category) => ({ name: `${name}=${category}` })),
    ...(other === null ? [] : [{ name: `${name} other` }]),
    ...(missing === null || missing < kept.length || missing === other ? [] : [{ name: `${name} missing` }]),
  ],
  apply: (column, fitted) => {
    const codes = applyCodes(column, fitted);
    const hot = new Float32Array(codes.length * fitted.count);
    for (const [row, value] of codes.entries()) if (!Number.isNaN(value)) hot[row * fitted.count + value] = 1;
    return hot;
  },
  words: ({ kept }) => `one-hot of ${counted(kept.length, "category", "categories")}`,
  compile: (b, raw, fitted) => {
    const places = rowOf(
      b,
      Array.from({ length: fitted.count }, (_, place) => place),
    );
    return b.op("Cast", [b.op("Equal", [compileCodes(b, raw, fitted), places])], { to: 1 });
  },
};
