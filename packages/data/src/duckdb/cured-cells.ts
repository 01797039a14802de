import type { ColumnCures } from "@modelwright/contracts";
import { curedText } from "../cures/text-cures.ts";
import { MISSING_WORDS } from "../frames/missing-words.ts";
import type { ColumnProfile } from "../profile/table-profile.ts";
import { quotedText } from "./open-duckdb.ts";
import type { RelationProfile } from "./profile-relation.ts";
import type { Relation } from "./relation.ts";
import { rowHash } from "./repeated-rows.ts";
import { trimmed } from "./value-groups.ts";

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
  /** A query: `v0`, `v1`, …, null where missing; `t0`, … whether a text was changed; `h`; `r`, the row, where `isInOrder`. */
  readonly sql: string;
  readonly columns: readonly CuredColumn[];
  readonly isInOrder: boolean;
}

/** Hashes of rows of which there are several. */
const REPEATED = "repeated_hashes";
/** The longest missing word has six characters, of at most three bytes. */
const LONGEST_WORD = 18;

/**
 * Takes of rows that are copies of each other all but the first away, or any but one where their order does not matter.
 *
 * @param rows A query with a column `h`, and `r` where the order matters.
 * @param candidates The same of fewer rows, among which all copies are. Default: `rows`.
 */
export function withoutCopies(
  rows: string,
  { isInOrder = false, candidates = rows }: { readonly isInOrder?: boolean; readonly candidates?: string } = {},
): string {
  const order = isInOrder ? " ORDER BY r" : "";
  return `SELECT * FROM (${rows}) WHERE h NOT IN (SELECT h FROM ${REPEATED}) UNION ALL
    SELECT * FROM (${candidates}) WHERE h IN (SELECT h FROM ${REPEATED})
    QUALIFY row_number() OVER (PARTITION BY h${order}) = 1`;
}

/** Makes of the cells of a relation values of the kinds of their columns; texts are cured. */
export async function readCells(
  relation: Relation,
  options: {
    readonly found: RelationProfile;
    readonly chosen: readonly ColumnCures[];
    readonly drop: boolean;
    readonly keepOrder: boolean;
  },
): Promise<ReadCells> {
  const { found, chosen, drop, keepOrder } = options;
  const { database, from } = relation;
  const hash = `${rowHash(found.key)} AS h`;
  if (drop) {
    const hashes = found.hashes ?? `(SELECT ${hash} FROM ${from})`;
    await database.run(`CREATE OR REPLACE TABLE ${REPEATED} AS SELECT h FROM ${hashes} GROUP BY h HAVING count(*) > 1`);
  }
  const isInOrder = keepOrder || chosen.some(({ missing }) => missing === "forward-fill");
  const number = isInOrder ? ", row_number() OVER () AS r" : "";
  const read = (source: string) => `SELECT *, ${hash}${number} FROM ${source}`;
  const likely = isInOrder ? undefined : likelyCopies(relation, found);
  const rows = drop
    ? withoutCopies(read(from), { isInOrder, ...(likely === undefined ? {} : { candidates: read(likely) }) })
    : read(from);
  const values: string[] = [];
  const joins: string[] = [];
  for (const [place, column] of found.profile.columns.entries()) {
    const reading = found.readings[place];
    const text = chosen[place]!.text ?? [];
    const cell = `rows.c${place}`;
    if (reading === undefined && text.length === 0)
      values.push(`${found.hasWords[place] === true ? present(cell) : cell} AS v${place}`);
    else if (reading?.isPlain === true) values.push(`${CASTS[column.kind as "number" | "date"](cell)} AS v${place}`);
    else {
      const map = `map_${place}`;
      const change =
        reading === undefined ? (each: string) => curedText(each, text) : (each: string) => reading.read(each.trim());
      await mapCells(relation, { place, map, type: reading === undefined ? "VARCHAR" : "DOUBLE", change });
      joins.push(`LEFT JOIN ${map} ON ${map}.cell = ${cell}`);
      values.push(`${MAPPED[column.kind](`${map}.value`, cell)} AS v${place}`);
      if (reading === undefined) values.push(`${map}.cell IS NOT NULL AS t${place}`);
    }
  }
  const ordered = isInOrder ? ", rows.r" : "";
  return {
    sql: `SELECT ${values.join(", ")}, rows.h${ordered} FROM (${rows}) AS rows ${joins.join(" ")}`,
    isInOrder,
    columns: found.profile.columns.map((column, place) => ({
      place,
      column,
      chosen: chosen[place]!,
      isWhole: found.readings[place]?.isWhole ?? false,
    })),
  };
}

/**
 * A query of the rows that have, in the plain column of the most different numbers, a number that copies have: their hashes need not be
 * computed for all rows another time.
 */
function likelyCopies({ from }: Relation, { numbers, profile }: RelationProfile): string | undefined {
  if (numbers === undefined) return undefined;
  const places = [...numbers.places].filter((place) => profile.columns[place]!.kind === "number");
  const [best] = places.sort((a, b) => profile.columns[b]!.distinct - profile.columns[a]!.distinct);
  // With missing numbers, null would be no number that copies have.
  if (best === undefined || profile.columns[best]!.missing > 0) return undefined;
  const copies = `SELECT p${best} FROM ${numbers.table} WHERE h IN (SELECT h FROM ${REPEATED})`;
  return `(SELECT * FROM ${from} WHERE TRY_CAST(c${best} AS DOUBLE) IN (${copies}))`;
}

/** Of cells that a cast reads; `nan` is a word for nothing. */
const CASTS: Readonly<Record<"number" | "date", (cell: string) => string>> = {
  number: (cell) => `nullif(TRY_CAST(${cell} AS DOUBLE), 'nan'::DOUBLE)`,
  date: (cell) => `TRY_CAST(${cell} AS TIMESTAMP)`,
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
  { database, from }: Relation,
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
  const cells = database.rows(`SELECT DISTINCT c${place} FROM ${from} WHERE c${place} IS NOT NULL`);
  for await (const batch of cells) {
    for (const [cell] of batch) {
      const value = change(String(cell));
      if (value !== undefined && value !== cell) changed.push([String(cell), value]);
    }
  }
  await database.append(map, changed);
}
