import type { RowOrigin } from "../roles/read-rows.ts";
import { DisjointSets } from "./disjoint-sets.ts";

/**
 * Joins near-duplicate groups with the groups that the user named: rows linked by either, or by a chain,
 * share a number.
 */
export function rowGroups(rows: readonly RowOrigin[], nearDuplicates: Int32Array): Int32Array {
  const sets = new DisjointSets(rows.length);
  const firstOfDuplicates = new Map<number, number>();
  const firstOfGroup = new Map<string, number>();
  const join = <Key>(firsts: Map<Key, number>, key: Key, row: number): void => {
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, row);
    else sets.union(first, row);
  };
  for (const [i, row] of rows.entries()) {
    join(firstOfDuplicates, nearDuplicates[i]!, i);
    if (row.group !== undefined) join(firstOfGroup, row.group, i);
  }
  return Int32Array.from(rows, (_, i) => sets.find(i));
}
