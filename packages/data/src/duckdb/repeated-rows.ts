import type { Relation } from "./relation.ts";
import { comparable } from "./value-groups.ts";

/** Of each column whether its cells differ in ways that do not count: in white space around them, in the word for a missing value. */
export type RowKey = readonly boolean[];

/**
 * 128 bits that are the same for rows with the same values, as SQL: two hashes of 64 bits, of the cells one by one and of all of them in one
 * text. Of a thousand million different rows two have the same with a chance of 10⁻²⁰.
 */
export function rowHash(key: RowKey): string {
  const cells = key.map((isLoose, i) => (isLoose ? comparable(`c${i}`) : `c${i}`)).join(", ");
  return `(hash(${cells})::UHUGEINT << 64) + hash(concat_ws(chr(31), ${cells}))`;
}

/**
 * How many rows repeat an earlier one in every column.
 *
 * @param of.hashes A table whose column `h` is the hash of each row. Default: they are computed.
 */
export async function repeatedRows(
  { database, from }: Relation,
  { key, hashes }: { readonly key: RowKey; readonly hashes?: string },
): Promise<number> {
  const rows = hashes ?? `(SELECT ${rowHash(key)} AS h FROM ${from})`;
  for await (const [row] of database.rows(`SELECT count(*) - count(DISTINCT h) FROM ${rows}`)) return Number(row![0]);
  return 0;
}
