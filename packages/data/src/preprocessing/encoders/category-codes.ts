import type { GraphBuilder, Value } from "@modelwright/engine";
import type { CategoryColumn } from "../../frames/frame.ts";

/** Which code a category has: its place in `kept`, then that of all others, then that of missing values. */
export interface CategoryCodes {
  /** Sorted by UTF-16 code units, unless an order was given. */
  readonly kept: readonly string[];
  /** Whether rare and new categories share a code behind the kept ones. Otherwise they are NaN. */
  readonly other: boolean;
  /** Whether missing values have a code, the last one. Otherwise they are NaN. */
  readonly missing: boolean;
}

export interface CodeOptions {
  /** Categories of fewer training rows are rare. Default 1: none is. */
  readonly rare?: number | undefined;
  /** Keep the most frequent ones, so many at most. Default: all. */
  readonly most?: number | undefined;
  readonly other: boolean;
  readonly missing: boolean;
}

export function fitCodes(
  { codes, categories }: CategoryColumn,
  { rare = 1, most = Number.POSITIVE_INFINITY, other, missing }: CodeOptions,
): CategoryCodes {
  const counts = new Int32Array(categories.length);
  for (const code of codes) if (code >= 0) counts[code]!++;
  const kept = [...categories.keys()]
    .filter((code) => categories[code] !== "" && counts[code]! >= Math.max(1, rare))
    .sort((a, b) => counts[b]! - counts[a]! || (categories[a]! < categories[b]! ? -1 : 1))
    .slice(0, most)
    .map((code) => categories[code]!)
    .sort((a, b) => (a < b ? -1 : 1));
  return { kept, other, missing };
}

/** How many codes there are. */
export function codeCount({ kept, other, missing }: CategoryCodes): number {
  return kept.length + Number(other) + Number(missing);
}

function ownCodes({ kept, other, missing }: CategoryCodes): { readonly other: number; readonly missing: number } {
  return {
    other: other ? kept.length : Number.NaN,
    missing: missing ? kept.length + Number(other) : Number.NaN,
  };
}

/** The code of each row, float32 `[rows]`. */
export function applyCodes({ codes, categories }: CategoryColumn, fitted: CategoryCodes): Float32Array {
  const own = ownCodes(fitted);
  const codeOf = new Map(fitted.kept.map((category, code) => [category, code]));
  const recoded = categories.map((category) => (category === "" ? own.missing : (codeOf.get(category) ?? own.other)));
  return Float32Array.from(codes, (code) => recoded[code] ?? own.missing);
}

/** Texts `[batch, 1]` to codes, float32 `[batch, 1]`. */
export function compileCodes(b: GraphBuilder, raw: Value, fitted: CategoryCodes): Value {
  const own = ownCodes(fitted);
  return b.op("LabelEncoder", [raw], {
    keys_strings: [...fitted.kept, ""],
    values_floats: [...fitted.kept.keys(), own.missing],
    default_float: own.other,
  });
}
