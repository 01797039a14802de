import type { ReadFrame } from "../frames/read-frame.ts";
import { readWideFrame } from "../frames/read-wide-frame.ts";
import type { Table, TableRow } from "../tables/table.ts";
import type { RelationProfile } from "./profile-relation.ts";
import { rowPlaces } from "./value-places.ts";

export interface SampleOptions {
  readonly rows: number;
  readonly seed: number;
}

/** Rows of a relation drawn at random, each with the same chance, in their order, the same for the same seed; columns are of the kinds that all rows say. */
export async function sampleRows({ rows: from, profile }: RelationProfile, options: SampleOptions): Promise<ReadFrame> {
  const { name, columns, database } = from;
  const cells = columns.map((_, i) => `c${i}`).join(", ");
  const { sql, place } = await rowPlaces(from);
  // DuckDB's own samples depend on its threads.
  const query = `SELECT ${cells}, place FROM (SELECT ${cells}, r, ${place} AS place FROM ${sql}
    ORDER BY hash(r, ${options.seed}) LIMIT ${options.rows}) ORDER BY r`;
  const rows: TableRow[] = [];
  for await (const batch of database.rows(query)) {
    for (const row of batch) {
      const at = String(row.at(-1));
      const colon = at.lastIndexOf(":");
      rows.push({
        cells: row.slice(0, -1).map((cell) => (cell === null ? undefined : String(cell))),
        file: at.slice(0, colon),
        line: Number(at.slice(colon + 1)),
      });
    }
  }
  const table: Table = {
    name,
    columns,
    rows: { [Symbol.asyncIterator]: () => inTurn(rows) },
    warnings: new Set(),
  };
  return readWideFrame(table, { kinds: Object.fromEntries(profile.columns.map(({ name: of, kind }) => [of, kind])) });
}

async function* inTurn(rows: readonly TableRow[]): AsyncGenerator<TableRow> {
  yield* rows;
}
