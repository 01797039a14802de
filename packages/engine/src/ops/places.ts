/**
 * The names of an operator's inputs or outputs, in order, as its specification has them. `"B?"` may be left out; `"...inputs"`, which can only
 * be the last, takes all that follow, at least one; `"...v_initial?"` takes none as well.
 */
export type Places = readonly string[];

/** What stands at such places: a required one always holds a `T`. The type of places that are not known in advance is a plain array. */
export type Placed<P extends Places, T, Following = T> = P extends readonly [
  infer First extends string,
  ...infer Rest extends Places,
]
  ? First extends `...${string}?`
    ? readonly Following[]
    : First extends `...${string}`
      ? readonly [Following, ...Following[]]
      : readonly [First extends `${string}?` ? T | undefined : T, ...Placed<Rest, T, Following>]
  : P extends readonly []
    ? readonly []
    : readonly (T | undefined)[];

/** One entry of `Places`, read. */
export interface Place {
  readonly name: string;
  readonly isRequired: boolean;
  readonly isVariadic: boolean;
}

export function parsePlaces(places: Places): readonly Place[] {
  return places.map((place) => {
    const isVariadic = place.startsWith("...");
    const isRequired = !place.endsWith("?");
    return { name: place.slice(isVariadic ? 3 : 0, isRequired ? undefined : -1), isRequired, isVariadic };
  });
}

/**
 * The values with `undefined` for those at the end that a node does not list, so that each place has an element; those left out behind the
 * last one are dropped.
 */
export function placeValues<T>(places: Places, values: readonly (T | undefined)[]): readonly (T | undefined)[] {
  const single = places.filter((place) => !place.startsWith("...")).length;
  const length = Math.max(single, 1 + values.findLastIndex((value) => value !== undefined));
  return Array.from({ length }, (_, i) => values[i]);
}
