import type { AnyReference } from "../operator.ts";

/** The labels of a classifier. */
export type ClassLabels =
  | { readonly dtype: "int64"; readonly values: readonly number[] }
  | { readonly dtype: "string"; readonly values: readonly string[] };

/** Labels from the two attributes of which one is given; `undefined` for none and for both. */
export function classLabels(
  ints: readonly number[] | undefined,
  strings: readonly string[] | undefined,
): ClassLabels | undefined {
  const [hasInts, hasStrings] = [(ints?.length ?? 0) > 0, (strings?.length ?? 0) > 0];
  if (hasInts === hasStrings) return undefined;
  return hasInts ? { dtype: "int64", values: ints! } : { dtype: "string", values: strings! };
}

/** `[rows]`: the labels at these places. */
export function labelsOf(labels: ClassLabels, chosen: readonly number[]): AnyReference {
  const shape = [chosen.length];
  if (labels.dtype === "string") return { dtype: "string", shape, data: chosen.map((i) => labels.values[i]!) };
  return { dtype: "int64", shape, data: Float64Array.from(chosen, (i) => labels.values[i]!) };
}

/** The place of the greatest, the first of equal ones. */
export function argmax(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > values[best]! ? i : best), 0);
}
