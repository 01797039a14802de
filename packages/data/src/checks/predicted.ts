import type { Column } from "../frames/frame.ts";
import type { ColumnProfile } from "../profile/table-profile.ts";

/** Classes: by row the place of its class; −1: missing. Numbers: NaN is missing. */
export type Predicted =
  | { readonly kind: "classes"; readonly codes: Int32Array; readonly classes: readonly string[] }
  | { readonly kind: "numbers"; readonly values: Float64Array };

/** So few different whole numbers are classes: 0 and 1, stars. */
const MOST_NUMBERED = 20;
/** More are none that a column could be asked about. */
const MOST_CLASSES = 1000;

/** What a label's column holds; undefined for texts, and where nothing can be told apart. */
export function predictedOf(label: {
  readonly column: Column;
  readonly profile: ColumnProfile;
}): Predicted | undefined {
  const { column, profile } = label;
  if (profile.distinct < 2) return undefined;
  if (column.kind === "category" && column.categories.length <= MOST_CLASSES) {
    return { kind: "classes", codes: column.codes, classes: column.categories };
  }
  if (column.kind !== "number") return undefined;
  if (
    profile.distinct > MOST_NUMBERED ||
    !column.values.every((value) => Number.isNaN(value) || Number.isInteger(value))
  )
    return { kind: "numbers", values: column.values };
  const numbers = [...new Set(column.values)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const placeOf = new Map(numbers.map((value, place) => [value, place]));
  const codes = Int32Array.from(column.values, (value) => placeOf.get(value) ?? -1);
  return { kind: "classes", codes, classes: numbers.map(String) };
}
