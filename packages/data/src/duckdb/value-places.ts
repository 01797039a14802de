import { trimmed } from "./cell-spaces.ts";
import type { CellCount } from "./counted-cells.ts";
import { quotedText } from "./open-duckdb.ts";
import type { Relation } from "./relation.ts";

/** Values that are looked for at a time. */
const MOST_VALUES = 1000;

/** Where the first rows stand that have some of these values, in the order of the rows. */
export async function placesOf(
  relation: Relation,
  { column, values, limit }: { readonly column: number; readonly values: readonly CellCount[]; readonly limit: number },
): Promise<{ readonly where: string; readonly value: string }[]> {
  const { database, from, line, name } = relation;
  const wanted = values
    .slice(0, MOST_VALUES)
    .map(([text]) => quotedText(text))
    .join(", ");
  const place = line ?? `${quotedText(`${name}:`)} || (${await lineNumber(relation)})`;
  const query = `SELECT v, arg_min(place, r)
    FROM (SELECT ${trimmed(`c${column}`)} AS v, ${place} AS place, row_number() OVER () AS r FROM ${from})
    WHERE v IN (${wanted}) GROUP BY v ORDER BY min(r) LIMIT ${limit}`;
  const found: { where: string; value: string }[] = [];
  for await (const batch of database.rows(query)) {
    for (const [value, where] of batch) found.push({ where: String(where), value: String(value) });
  }
  return found;
}

/** The line in which a row begins, as SQL; blank lines are not counted. */
async function lineNumber(relation: Relation): Promise<string> {
  const { columns, header } = relation;
  if (!(await hasLineEnds(relation))) return `row_number() OVER () + ${header}`;
  const text = `concat_ws('', ${columns.map((_, i) => `c${i}`).join(", ")})`;
  const lines = `1 + length(${text}) - length(replace(${text}, chr(10), ''))`;
  return `${header} + 1 + sum(${lines}) OVER (ROWS UNBOUNDED PRECEDING) - (${lines})`;
}

/** Whether a line of the file is not always a row. */
async function hasLineEnds({ database, from, columns }: Relation): Promise<boolean> {
  const cells = columns.map((_, i) => `c${i}`).join(", ");
  for await (const [row] of database.rows(`SELECT bool_or(contains(concat_ws('', ${cells}), chr(10))) FROM ${from}`)) {
    return row?.[0] === true;
  }
  return false;
}
