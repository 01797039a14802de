import { ModelwrightError } from "@modelwright/contracts";
import { applyCodes, type CategoryCodes, categoriesSeen, compileCodes } from "./category-codes.ts";
import { categoryInput } from "./category-input.ts";
import type { Encoder } from "./encoder.ts";

/** Categories as one number, their place in an order. New ones are missing values. */
export const ordinal: Encoder<"category", CategoryCodes> = {
  kind: "category",
  isPlain: true,
  input: categoryInput,
  fit: (column, { order }) => {
    const seen = categoriesSeen(column).map(({ category }) => category);
    const left = order === undefined ? undefined : seen.find((category) => !order.includes(category));
    if (left !== undefined) {
      const setting = `the order of "${column.name}"`;
      throw new ModelwrightError("FEATURES_SETTING_INVALID", {
        setting,
        rule: "names every category",
        got: `none of "${left}"`,
      });
    }
    const kept = order ?? seen.sort(new Intl.Collator("en", { numeric: true }).compare);
    return { kept, other: null, missing: null, count: kept.length };
  },
  features: (name) => [{ name }],
  apply: applyCodes,
  words: ({ kept }) => `its place in ${kept.slice(0, 6).join(", ")}${kept.length > 6 ? ", …" : ""}`,
  compile: compileCodes,
};
