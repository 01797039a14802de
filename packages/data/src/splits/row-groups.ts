import type { RowOrigin } from "../roles/read-rows.ts";
import { DisjointSets } from "./disjoint-sets.ts";

/**
 * Joins near-duplicate groups with the groups that the user named: rows linked by either, or by a chain,
 * share a number.
 *
 * @param together Rows that share what it gives are linked too. Default: nothing more.
 */
export function rowGroups<Row extends RowOrigin>(
  rows: readonly Row[],
  nearDuplicates: Int32Array,
  together?: (row: Row) => string,
): Int32Array {
  const sets = new DisjointSets(rows.length);
  const firstOfDuplicates = new Map<number, number>();
  const firstOfGroup = new Map<string, number>();
  const firstOfOwn = new Map<string, number>();
  const join = <Key>(firsts: Map<Key, number>, key: Key, row: number): void => {
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, row);
    else sets.union(first, row);
  };
  for (const [i, row] of rows.entries()) {
    join(firstOfDuplicates, nearDuplicates[i]!, i);
    if (row.group !== undefined) join(firstOfGroup, row.group, i);
    if (together !== undefined) join(firstOfOwn, together(row), i);
  }
  return Int32Array.from(rows, (_, i) => sets.find(i));
}
