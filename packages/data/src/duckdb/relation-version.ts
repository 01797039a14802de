import { createHash } from "node:crypto";
import { columnOrder } from "../versions/row-digest.ts";
import { versionHead } from "../versions/table-version.ts";
import type { Relation } from "./relation.ts";

/** The version of a relation's rows, the same that `tableVersion` gives; DuckDB puts the hashes in order, on the disk where they are many. */
export async function relationVersion({ columns, database, from }: Relation): Promise<string> {
  const cells = columnOrder(columns).map((place) => {
    const cell = `coalesce(c${place}, '')`;
    return `strlen(${cell}) || ':' || ${cell}`;
  });
  const hash = createHash("sha256").update(versionHead(columns));
  for await (const rows of database.rows(`SELECT sha256(${cells.join(" || ")}) AS h FROM ${from} ORDER BY h`)) {
    for (const [row] of rows) hash.update(`${String(row)}\n`);
  }
  return hash.digest("hex");
}
