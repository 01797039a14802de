import type { CategoryColumn } from "../../frames/frame.ts";
import type { FeatureInput } from "../feature-input.ts";
import type { EncoderSettings } from "./encoder-settings.ts";

/** What a served model knows of a column of categories. */
export function categoryInput(
  { categories, codes, cures }: CategoryColumn,
  { unknown = "own" }: EncoderSettings,
): Pick<FeatureInput, "categories" | "unknown" | "cures"> {
  const seen = new Set(codes);
  return {
    categories: categories.filter((category, code) => category !== "" && seen.has(code)).sort(byCodeUnits),
    unknown,
    ...(cures && { cures }),
  };
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : 1;
}
