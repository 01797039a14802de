import { type ColumnForms, columnForms } from "./column-forms.ts";
import type { Relation } from "./relation.ts";
import { partOf, rowHash } from "./row-hash.ts";

/**
 * All rows of a relation in a table of DuckDB, which puts on the disk what its memory does not hold. Of columns that are written in one
 * form it holds the values, in a third of the bytes, of those with few different cells their numbers, and the cells that are not written
 * so; nothing of a cell is lost.
 */
export interface CompactRows extends Relation {
  readonly forms: ColumnForms;
  /** Columns of `forms.few` in which no other cell came. */
  readonly onlyFew: ReadonlySet<number>;
  /**
   * The value of a column of `forms.plain` or `forms.few` as it stands in `COMPACT`; null where its cell is not written in the form, or
   * where there is none; SQL.
   */
  readonly value: (place: number) => string;
  /** The cell of any column, null where there is none; SQL of `COMPACT`. */
  readonly cell: (place: number) => string;
  /** Of which column the cells at a place of the lists in `odd` are, counted from 1. */
  readonly oddPlace: (k: number) => number;
  /** What stands behind FROM, as `from`, for the rows of `COMPACT` of which this holds. */
  readonly rowsWhere: (condition: string) => string;
}

/**
 * The table: `v0`, … values; `c0`, … cells of columns that have no values, or of those with few different cells the others; `odd`; `h`,
 * the hash of the row, and `part`. Its `rowid` counts the rows.
 */
export const COMPACT = "compact_rows";

/** Reads a relation once; what is asked of its rows afterwards reads the table. */
export async function compactRows(relation: Relation): Promise<CompactRows> {
  const { database, from, columns, line } = relation;
  const forms = await columnForms(relation);
  const places = [...columns.keys()];
  const [plain, few] = [[...forms.plain.keys()], [...forms.few.keys()]];
  const where = line === undefined ? "" : ", file, line";
  // Step by step, so that nothing is computed twice.
  const cast = [...forms.few, ...[...forms.plain].map(([place, { type }]) => [place, type] as const)].map(
    ([place, type]) => `TRY_CAST(c${place} AS ${type}) AS t${place}`,
  );
  const told = plain.map((place) => `${forms.plain.get(place)!.isSo(`c${place}`, `t${place}`)} AS is${place}`);
  const held = places.map((place) => {
    if (forms.plain.has(place)) return `CASE WHEN is${place} THEN t${place} END AS v${place}`;
    if (!forms.few.has(place)) return `c${place}`;
    return `t${place} AS v${place}, CASE WHEN t${place} IS NULL THEN c${place} END AS c${place}`;
  });
  // Few rows have such a cell, so that one list for all columns takes the least.
  const odd =
    plain.length === 0
      ? "NULL::VARCHAR[]"
      : `CASE WHEN ${plain.map((place) => `(c${place} IS NULL OR is${place})`).join(" AND ")} THEN NULL
         ELSE [${plain.map((place) => `CASE WHEN is${place} THEN NULL ELSE c${place} END`).join(", ")}] END`;
  const hash = rowHash(columns.map(() => false));
  await database.run(
    `CREATE TABLE ${COMPACT} AS SELECT ${held.join(", ")}, ${odd} AS odd, h, ${partOf("h")} AS part${where}
     FROM (SELECT *${told.map((sql) => `, ${sql}`).join("")}
       FROM (SELECT *, ${[...cast, `${hash} AS h`].join(", ")} FROM ${from}))`,
  );
  if (relation.table !== undefined) await database.run(`DROP TABLE ${relation.table}`);
  const cellOf = (place: number) => {
    if (forms.few.has(place)) return `coalesce(v${place}::VARCHAR, c${place})`;
    const form = forms.plain.get(place);
    if (form === undefined) return `c${place}`;
    return `CASE WHEN v${place} IS NULL THEN odd[${plain.indexOf(place) + 1}] ELSE ${form.cell(`v${place}`)} END`;
  };
  const cells = places.map((place) => `${cellOf(place)} AS c${place}`);
  const rowsWhere = (condition: string) =>
    `(SELECT ${cells.join(", ")}, rowid AS r, h, part${where} FROM ${COMPACT} WHERE ${condition})`;
  return {
    ...relation,
    from: rowsWhere("true"),
    rowsWhere,
    forms,
    onlyFew: await withoutOthers(database, few),
    value: (place) => `v${place}`,
    cell: cellOf,
    oddPlace: (k) => plain[k - 1]!,
  };
}

/** Which of the columns with few different cells have no others. */
async function withoutOthers(database: Relation["database"], few: readonly number[]): Promise<ReadonlySet<number>> {
  if (few.length === 0) return new Set();
  const counts = few.map((place) => `count(c${place})`).join(", ");
  for await (const [row] of database.rows(`SELECT ${counts} FROM ${COMPACT}`))
    return new Set(few.filter((_, i) => Number(row![i]) === 0));
  return new Set();
}
