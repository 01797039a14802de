import { tensor, type Value } from "@modelwright/engine";
import type { LayerContext } from "./layer-context.ts";

/**
 * How far each position lies from each other one: query − key, for whatever length the ids have.
 *
 * @param ids int64 `[batch, sequence]`, of which only the length counts.
 * @param past Keys of positions before these, float32 `[batch, heads, past, headWidth]`, of which only the length counts. Default: none.
 * @returns int64 `[sequence, past + sequence]`.
 */
export function relativeDistance(c: LayerContext, ids: Value, past?: Value): Value {
  const { b } = c;
  const length = b.op("Squeeze", [b.op("Shape", [ids], { start: 1, end: 2 })]);
  const upTo = (end: Value) => b.op("Range", [b.scalar(0, "int64"), end, b.scalar(1, "int64")]);
  if (past === undefined) {
    const places = upTo(length); // [T]
    return b.op("Sub", [b.op("Unsqueeze", [places, b.ints([1])]), b.op("Unsqueeze", [places, b.ints([0])])]); // [T, T]
  }
  const before = b.op("Squeeze", [b.op("Shape", [past], { start: 2, end: 3 })]);
  const keys = upTo(b.op("Add", [before, length])); // [P + T]
  const queries = b.op("Add", [upTo(length), before]); // [T]
  return b.op("Sub", [b.op("Unsqueeze", [queries, b.ints([1])]), b.op("Unsqueeze", [keys, b.ints([0])])]); // [T, P + T]
}

/**
 * The kind of each distance, looked up in a table: logarithms stay out of the graph.
 *
 * @param options.positions The longest sequence.
 * @param options.kindOf A whole number for each distance in (−positions, positions).
 * @returns int64 `[sequence, sequence]`.
 */
export function distanceTable(
  c: LayerContext,
  ids: Value,
  options: { readonly name: string; readonly positions: number; readonly kindOf: (distance: number) => number },
): Value {
  const { name, positions, kindOf } = options;
  const { b } = c;
  return c.scope(name, () => {
    const size = 2 * positions - 1;
    const table = c.fixed("table", () => {
      const values = BigInt64Array.from({ length: size }, (_, i) => BigInt(kindOf(i - positions + 1)));
      return tensor("int64", [size], values);
    });
    const rows = b.op("Add", [relativeDistance(c, ids), b.scalar(positions - 1, "int64")]); // [T, T]
    return b.op("Gather", [table, rows], { axis: 0 });
  });
}
