import type { ColumnCures } from "@modelwright/contracts";
import { loadTextCures } from "../cures/text-cures.ts";
import { MISSING_WORDS } from "../frames/missing-words.ts";
import type { ColumnProfile } from "../profile/table-profile.ts";
import { trimmed } from "./cell-spaces.ts";
import { COMPACT, type CompactRows } from "./compact-rows.ts";
import { quotedText } from "./open-duckdb.ts";
import type { RelationProfile } from "./profile-relation.ts";

/** A column with what was chosen for it. */
export interface CuredColumn {
  readonly place: number;
  readonly column: ColumnProfile;
  readonly chosen: ColumnCures;
  /** Whether all its numbers are whole, or all its dates days. */
  readonly isWhole: boolean;
}

/** The cells of all rows as values of their kinds. */
export interface ReadCells {
  /** A query: `v0`, `v1`, …, null where missing; `t0`, … whether a text was changed; `part`; `r`, by which rows are in order. */
  readonly sql: string;
  readonly columns: readonly CuredColumn[];
  /** Whether its rows come in their order by themselves. */
  readonly isInOrder: boolean;
}

/** The longest missing word has six characters, of at most three bytes. */
const LONGEST_WORD = 18;

/** Makes of the cells of rows values of the kinds of their columns; texts are cured, by cures that name the language of stop words. */
export async function readCells(found: RelationProfile, chosen: readonly ColumnCures[]): Promise<ReadCells> {
  const { rows, profile, readings, hasWords } = found;
  const values: string[] = [];
  const maps: string[] = [];
  for (const [place, column] of profile.columns.entries()) {
    const reading = readings[place];
    const { text = [], language } = chosen[place]!;
    const cell = rows.cell(place);
    const isAsRead = chosen[place]!.missing === undefined && text.length === 0 && hasWords[place] !== true;
    if (isAsRead && reading === undefined && rows.onlyFew.has(place)) values.push(`${rows.value(place)} AS v${place}`);
    else if (reading === undefined && text.length === 0)
      values.push(`${hasWords[place] === true ? present(cell) : cell} AS v${place}`);
    else if (reading?.isPlain === true) {
      const cast = CASTS[column.kind as "number" | "date"];
      values.push(`${rows.forms.plain.has(place) ? cast.value(rows.value(place)) : cast.cell(cell)} AS v${place}`);
    } else {
      const map = `map_${place}`;
      const change =
        reading === undefined ? await loadTextCures({ text, language }) : (each: string) => reading.read(each.trim());
      await mapCells(rows, { place, map, type: reading === undefined ? "VARCHAR" : "DOUBLE", change });
      maps.push(`LEFT JOIN ${map} ON ${map}.cell = ${cell}`);
      values.push(`${MAPPED[column.kind](`${map}.value`, cell)} AS v${place}`);
      if (reading === undefined) values.push(`${map}.cell IS NOT NULL AS t${place}`);
    }
  }
  return {
    sql: `SELECT ${values.join(", ")}, part, ${COMPACT}.rowid AS r FROM ${COMPACT} ${maps.join(" ")}`,
    isInOrder: maps.length === 0,
    columns: profile.columns.map((column, place) => ({
      place,
      column,
      chosen: chosen[place]!,
      isWhole: readings[place]?.isWhole ?? false,
    })),
  };
}

/** How values become of DuckDB's types, from cells that a cast reads, or from what the rows have of them; `nan` is a word for nothing. */
const CASTS: Readonly<Record<"number" | "date", Readonly<Record<"cell" | "value", (sql: string) => string>>>> = {
  number: {
    cell: (cell) => `nullif(TRY_CAST(${cell} AS DOUBLE), 'nan'::DOUBLE)`,
    value: (value) => `${value}::DOUBLE`,
  },
  date: { cell: (cell) => `TRY_CAST(${cell} AS TIMESTAMP)`, value: (value) => `${value}::TIMESTAMP` },
};

/** Of cells for which there is a table of what they become. */
const MAPPED: Readonly<Record<ColumnProfile["kind"], (value: string, cell: string) => string>> = {
  number: (value) => value,
  date: (value) => `make_timestamp((${value} * 1000)::BIGINT)`,
  category: (value, cell) => present(`coalesce(${value}, ${cell})`),
  text: (value, cell) => present(`coalesce(${value}, ${cell})`),
};

/** A text, or null for a word that says that there is none. */
function present(cell: string): string {
  const words = [...MISSING_WORDS].map(quotedText).join(", ");
  // White space around it is looked for only where there is little else.
  return `CASE WHEN strlen(${cell}) <= ${LONGEST_WORD} AND lower(${trimmed(cell)}) IN (${words}) THEN NULL ELSE ${cell} END`;
}

/** Makes a table of the different cells of a column that become something else. */
async function mapCells(
  { database, cell }: CompactRows,
  options: {
    readonly place: number;
    readonly map: string;
    readonly type: "VARCHAR" | "DOUBLE";
    readonly change: (cell: string) => string | number | undefined;
  },
): Promise<void> {
  const { place, map, type, change } = options;
  await database.run(`CREATE OR REPLACE TABLE ${map} (cell VARCHAR, value ${type})`);
  const changed: [string, string | number][] = [];
  const different = `SELECT DISTINCT ${cell(place)} AS cell FROM ${COMPACT} WHERE ${cell(place)} IS NOT NULL`;
  for await (const batch of database.rows(different)) {
    for (const [text] of batch) {
      const value = change(String(text));
      if (value !== undefined && value !== text) changed.push([String(text), value]);
    }
  }
  await database.append(map, changed);
}
