import { COMPACT, type CompactRows } from "./compact-rows.ts";
import { partOf, type RowKey, rowDigest, rowHash } from "./row-hash.ts";

/** The rows that repeat an earlier one: `r`. */
const REPEATED = "repeated_rows";

/** Compares rows by another key from now on. */
export async function rehashRows({ database, from }: CompactRows, key: RowKey): Promise<void> {
  await database.run(
    `UPDATE ${COMPACT} SET h = hashes.h, part = ${partOf("hashes.h")} FROM (SELECT r, ${rowHash(key)} AS h FROM ${from}) AS hashes WHERE ${COMPACT}.rowid = hashes.r`,
  );
}

/** Finds all rows that repeat an earlier one in every column, and says how many they are. */
export async function findRepeatedRows({ database, rowsWhere }: CompactRows, key: RowKey): Promise<number> {
  // Few rows have the hash of another one; whether they are alike is told by more than that.
  const likely = rowsWhere(`h IN (SELECT h FROM ${COMPACT} GROUP BY h HAVING count(*) > 1)`);
  const placed = `SELECT r, row_number() OVER (PARTITION BY ${rowDigest(key)} ORDER BY r) AS place FROM ${likely}`;
  await database.run(`CREATE OR REPLACE TABLE ${REPEATED} AS SELECT r FROM (${placed}) WHERE place > 1`);
  for await (const [row] of database.rows(`SELECT count(*) FROM ${REPEATED}`)) return Number(row![0]);
  return 0;
}

/** Takes the rows away that were found. */
export async function dropRepeatedRows({ database }: CompactRows): Promise<void> {
  await database.run(`DELETE FROM ${COMPACT} WHERE rowid IN (SELECT r FROM ${REPEATED})`);
}
