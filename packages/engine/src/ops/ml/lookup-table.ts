import type { DType } from "../../tensor/dtype.ts";
import type { AnyReference } from "../operator.ts";

/** What each key stands for. */
export interface LookupTable {
  readonly dtype: DType;
  readonly entries: ReadonlyMap<number | string, number | string>;
  /** For what is no key. */
  readonly otherwise: number | string;
}

/** A table from two lists, the first of equal keys counting; `undefined` where they differ in length. NaN is a key like others. */
export function mappingOf(
  keys: readonly (number | string)[],
  { dtype, values, otherwise }: { dtype: DType; values: readonly (number | string)[]; otherwise: number | string },
): LookupTable | undefined {
  if (keys.length !== values.length) return undefined;
  const entries = new Map(keys.map((key, i) => [key, values[i]!] as const).toReversed());
  return { dtype, entries, otherwise };
}

/** The value for each element. */
export function lookUp({ shape, data }: AnyReference, { dtype, entries, otherwise }: LookupTable): AnyReference {
  const found = Array.from<number | string, number | string>(data, (key) => entries.get(key) ?? otherwise);
  if (dtype === "string") return { dtype, shape, data: found.map(String) };
  return { dtype, shape, data: Float64Array.from(found, Number) };
}
