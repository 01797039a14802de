import { type PlainForm, plainForms } from "./plain-forms.ts";
import type { Relation } from "./relation.ts";
import { partOf, rowHash } from "./row-hash.ts";

/**
 * All rows of a relation in a table of DuckDB, which puts on the disk what its memory does not hold. Of columns that are written in one
 * form it holds the values, in a third of the bytes, and the cells that are not written so; nothing of a cell is lost.
 */
export interface CompactRows extends Relation {
  /** By place the columns of which there are values. */
  readonly forms: ReadonlyMap<number, PlainForm>;
  /**
   * The value of a column of `forms` as it stands in `COMPACT`; null where its cell is not written in the form, or where there is none;
   * SQL.
   */
  readonly value: (place: number) => string;
  /** The cell of any column, null where there is none; SQL of `COMPACT`. */
  readonly cell: (place: number) => string;
  /** Of which column the cells at a place of the lists in `odd` are, counted from 1. */
  readonly oddPlace: (k: number) => number;
}

/** The table: `v0`, … values or `c0`, … cells of columns, `odd`, `h`, the hash of the row, and `part`. Its `rowid` counts the rows. */
export const COMPACT = "compact_rows";

/** Reads a relation once; what is asked of its rows afterwards reads the table. */
export async function compactRows(relation: Relation): Promise<CompactRows> {
  const { database, from, columns, line } = relation;
  const forms = await plainForms(relation);
  const places = [...columns.keys()];
  const plain = places.filter((place) => forms.has(place));
  const isSo = (place: number) => forms.get(place)!.isSo(`c${place}`);
  const values = places.map((place) => {
    const form = forms.get(place);
    return form === undefined
      ? `c${place}`
      : `CASE WHEN ${isSo(place)} THEN TRY_CAST(c${place} AS ${form.type}) END AS v${place}`;
  });
  // Few rows have such a cell, so that one list for all columns takes the least.
  const odd =
    plain.length === 0
      ? "NULL::VARCHAR[]"
      : `CASE WHEN ${plain.map((place) => `(c${place} IS NULL OR ${isSo(place)})`).join(" AND ")} THEN NULL
         ELSE [${plain.map((place) => `CASE WHEN ${isSo(place)} THEN NULL ELSE c${place} END`).join(", ")}] END`;
  const hash = rowHash(columns.map(() => false));
  const where = line === undefined ? "" : ", file, line";
  await database.run(
    `CREATE TABLE ${COMPACT} AS SELECT ${values.join(", ")}, ${odd} AS odd, ${hash} AS h, ${partOf("h")} AS part${where} FROM ${from}`,
  );
  if (relation.table !== undefined) await database.run(`DROP TABLE ${relation.table}`);
  const cellOf = (place: number) => {
    const form = forms.get(place);
    if (form === undefined) return `c${place}`;
    return `CASE WHEN v${place} IS NULL THEN odd[${plain.indexOf(place) + 1}] ELSE ${form.cell(`v${place}`)} END`;
  };
  const cells = places.map((place) => `${cellOf(place)} AS c${place}`);
  return {
    ...relation,
    from: `(SELECT ${cells.join(", ")}, rowid AS r, h, part${where} FROM ${COMPACT})`,
    forms,
    value: (place) => `v${place}`,
    cell: cellOf,
    oddPlace: (k) => plain[k - 1]!,
  };
}
