import type { Relation } from "./relation.ts";
import { comparable } from "./value-groups.ts";

/** Of each column whether its cells differ in ways that do not count: in white space around them, in the word for a missing value. */
export type RowKey = readonly boolean[];

/**
 * The MD5 of the cells of a row as a whole number of 128 bits, the same for rows with the same values; as SQL. Of a thousand million
 * different rows two have the same with a chance of 10⁻²⁰, unless somebody wants them to.
 */
export function rowHash(key: RowKey): string {
  const cells = key.map((isLoose, i) => `coalesce(${isLoose ? comparable(`c${i}`) : `c${i}`}, '')`).join(", ");
  return `md5_number(concat_ws(chr(31), ${cells}))`;
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
