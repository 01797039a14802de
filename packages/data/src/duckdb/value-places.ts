import { trimmed } from "./cell-spaces.ts";
import { COMPACT, type CompactRows } from "./compact-rows.ts";
import type { CellCount } from "./counted-cells.ts";
import { quotedText } from "./open-duckdb.ts";

/** Values that are looked for at a time. */
const MOST_VALUES = 1000;

/** Where the first rows stand that have some of these values, in the order of the rows. */
export async function placesOf(
  relation: CompactRows,
  { column, values, limit }: { readonly column: number; readonly values: readonly CellCount[]; readonly limit: number },
): Promise<{ readonly where: string; readonly value: string }[]> {
  const { sql, place } = await rowPlaces(relation);
  const wanted = values
    .slice(0, MOST_VALUES)
    .map(([text]) => quotedText(text))
    .join(", ");
  const query = `SELECT v, arg_min(place, r)
    FROM (SELECT ${trimmed(`c${column}`)} AS v, r, ${place} AS place FROM ${sql})
    WHERE v IN (${wanted}) GROUP BY v ORDER BY min(r) LIMIT ${limit}`;
  const found: { where: string; value: string }[] = [];
  for await (const batch of relation.database.rows(query)) {
    for (const [value, where] of batch) found.push({ where: String(where), value: String(value) });
  }
  return found;
}

/** What stands behind FROM, and `file:line` of its rows, as SQL; blank lines are not counted. */
export async function rowPlaces(rows: CompactRows): Promise<{ readonly sql: string; readonly place: string }> {
  const { from: sql, line, name, columns, header } = rows;
  if (line !== undefined) return { sql, place: line };
  const at = (number: string) => `${quotedText(`${name}:`)} || (${number})`;
  // Rows are numbered from 0.
  if (!(await hasLineEnds(rows))) return { sql, place: at(`r + ${header + 1}`) };
  const text = `concat_ws('', ${columns.map((_, i) => `c${i}`).join(", ")})`;
  const lines = `1 + length(${text}) - length(replace(${text}, chr(10), ''))`;
  return { sql, place: at(`${header} + 1 + sum(${lines}) OVER (ORDER BY r ROWS UNBOUNDED PRECEDING) - (${lines})`) };
}

/** Whether a line of the file is not always a row. */
async function hasLineEnds({ database, columns, cell, forms }: CompactRows): Promise<boolean> {
  // No value of a form has a line end; odd cells may.
  const texts = columns.flatMap((_, i) => (forms.plain.has(i) ? [] : [cell(i)]));
  const cells = [...texts, "array_to_string(odd, '')"].join(", ");
  const query = `SELECT bool_or(contains(concat(${cells}), chr(10))) FROM ${COMPACT}`;
  for await (const [row] of database.rows(query)) return row?.[0] === true;
  return false;
}
