import type { Value } from "@modelwright/engine";
import type { LayerContext } from "./layer-context.ts";

/** Keys and values of an attention layer: float32 `[batch, keyValueHeads, positions, headWidth]` each, keys turned by their position. */
export interface KeyValues {
  readonly key: Value;
  readonly value: Value;
}

/** What an attention layer saw before, and where it leaves what the next run is to see. */
export interface KeyValueCache {
  readonly past: KeyValues;
  /** Is given the past with the new positions behind it. */
  readonly keep: (present: KeyValues) => void;
}

/** Keys and values of the past and the new positions; without a cache those of the new ones. */
export function appendToCache(c: LayerContext, cache: KeyValueCache | undefined, added: KeyValues): KeyValues {
  if (cache === undefined) return added;
  const appended = (past: Value, next: Value) => c.b.op("Concat", [past, next], { axis: 2 });
  const present = { key: appended(cache.past.key, added.key), value: appended(cache.past.value, added.value) };
  cache.keep(present);
  return present;
}
