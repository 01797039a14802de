import type { GraphBuilder, Value } from "@modelwright/engine";
import type { CategoryColumn } from "../../frames/frame.ts";
import type { EncoderSettings } from "./encoder-settings.ts";

/** Which code a category has. */
export interface CategoryCodes {
  /** Categories that are told apart. */
  readonly kept: readonly string[];
  /** Their codes. Absent: their places. */
  readonly codes?: readonly number[];
  /** The code of all others, rare and new ones; null: NaN. */
  readonly other: number | null;
  /** The code of missing values; null: NaN. */
  readonly missing: number | null;
  /** How many codes there are. */
  readonly count: number;
}

/** How often each category stands in a column. */
function countsOf({ codes, categories }: CategoryColumn): Int32Array {
  const counts = new Int32Array(categories.length);
  for (const code of codes) if (code >= 0) counts[code]!++;
  return counts;
}

/** The categories of a column that rows have, the most frequent first. */
export function categoriesSeen(
  column: CategoryColumn,
): readonly { readonly category: string; readonly rows: number }[] {
  const counts = countsOf(column);
  return column.categories
    .map((category, code) => ({ category, rows: counts[code]! }))
    .filter(({ category, rows }) => category !== "" && rows > 0)
    .sort((a, b) => b.rows - a.rows || (a.category < b.category ? -1 : 1));
}

/**
 * Chooses codes: the kept categories alphabetically (by UTF-16 code units), then "other", then missing
 * values.
 *
 * @param always Whether "other" and missing values have codes though no training row does. Default false.
 */
export function fitCodes(
  column: CategoryColumn,
  { rare = 1, most = Number.POSITIVE_INFINITY, unknown, missing }: EncoderSettings,
  always = false,
): CategoryCodes {
  const seen = categoriesSeen(column);
  const chosen = seen.filter(({ rows }) => rows >= rare).slice(0, most);
  const kept = chosen.map(({ category }) => category).sort((a, b) => (a < b ? -1 : 1));
  const hasOther = always || unknown !== "refuse" || kept.length < seen.length;
  const hasMissing = always || (missing === "own" && column.codes.some((code) => !(column.categories[code] ?? "")));
  const other = hasOther ? kept.length : null;
  const count = kept.length + Number(hasOther) + Number(hasMissing);
  const mode = missing === "mode" && kept.length > 0 ? kept.indexOf(chosen[0]!.category) : null;
  // What no training row lacks is as good as new.
  const unseen = missing === "own" ? other : mode;
  return { kept, other, missing: hasMissing ? count - 1 : unseen, count };
}

function codesOf({ kept, codes }: CategoryCodes): readonly number[] {
  return codes ?? [...kept.keys()];
}

/** The code of each row, float32 `[rows]`. */
export function applyCodes({ codes, categories }: CategoryColumn, fitted: CategoryCodes): Float32Array {
  const [otherCode, missingCode] = [fitted.other ?? Number.NaN, fitted.missing ?? Number.NaN];
  const keptCodes = codesOf(fitted);
  const codeOf = new Map(fitted.kept.map((category, place) => [category, keptCodes[place]!]));
  const recoded = categories.map((category) => (category === "" ? missingCode : (codeOf.get(category) ?? otherCode)));
  return Float32Array.from(codes, (code) => recoded[code] ?? missingCode);
}

/** Texts `[batch, 1]` to codes, float32 `[batch, 1]`. */
export function compileCodes(b: GraphBuilder, raw: Value, fitted: CategoryCodes): Value {
  return b.op("LabelEncoder", [raw], {
    keys_strings: [...fitted.kept, ""],
    values_floats: [...codesOf(fitted), fitted.missing ?? Number.NaN],
    default_float: fitted.other ?? Number.NaN,
  });
}
