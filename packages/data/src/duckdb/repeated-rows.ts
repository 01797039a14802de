import { COMPACT, type CompactRows } from "./compact-rows.ts";
import { partOf, type RowKey, rowHash } from "./row-hash.ts";

/** Compares rows by another key from now on. */
export async function rehashRows({ database, from }: CompactRows, key: RowKey): Promise<void> {
  await database.run(
    `UPDATE ${COMPACT} SET h = hashes.h, part = ${partOf("hashes.h")} FROM (SELECT r, ${rowHash(key)} AS h FROM ${from}) AS hashes WHERE ${COMPACT}.rowid = hashes.r`,
  );
}

/** How many rows repeat an earlier one in every column. */
export async function repeatedRows({ database }: CompactRows): Promise<number> {
  for await (const [row] of database.rows(`SELECT count(*) - count(DISTINCT h) FROM ${COMPACT}`))
    return Number(row![0]);
  return 0;
}

/** Takes all rows away that repeat an earlier one. */
export async function dropRepeatedRows({ database }: CompactRows): Promise<void> {
  const repeated = `SELECT h FROM ${COMPACT} GROUP BY h HAVING count(*) > 1`;
  const later = `SELECT rowid FROM ${COMPACT} WHERE h IN (${repeated}) QUALIFY row_number() OVER (PARTITION BY h ORDER BY rowid) > 1`;
  await database.run(`DELETE FROM ${COMPACT} WHERE rowid IN (${later})`);
}
