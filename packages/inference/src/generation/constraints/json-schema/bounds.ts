import { type Place, refuse, type Schema } from "./schema-place.ts";

function countOf(value: unknown, place: Place): number {
  if (value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && (value as number) >= 0))
    return value as number;
  return refuse(place, `a length must be a whole number, got ${JSON.stringify(value)}`);
}

/** The least and the most that two keywords of a schema allow. */
export function boundsOf(
  schema: Schema,
  { least, most, place }: { readonly least: string; readonly most: string; readonly place: Place },
): readonly [least: number, most: number] {
  const bounds = [
    countOf(schema[least] ?? 0, place),
    countOf(schema[most] ?? Number.POSITIVE_INFINITY, place),
  ] as const;
  if (bounds[0] > bounds[1]) refuse(place, `${least} ${bounds[0]} is above ${most} ${bounds[1]}`);
  return bounds;
}
