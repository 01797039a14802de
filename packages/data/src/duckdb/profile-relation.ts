import type { ColumnProfile, TableProfile } from "../profile/table-profile.ts";
import { type CellReading, type ColumnValues, columnValues, FEW_VALUES, plainValues } from "./column-values.ts";
import { COMPACT, type CompactRows, compactRows } from "./compact-rows.ts";
import type { CellCount } from "./counted-cells.ts";
import { plainNumbers } from "./plain-numbers.ts";
import type { Relation } from "./relation.ts";
import { findRepeatedRows, rehashRows } from "./repeated-rows.ts";
import { groupValues } from "./value-groups.ts";
import { placesOf } from "./value-places.ts";

/** What all rows of a relation say, column by column. */
export interface RelationProfile {
  readonly profile: TableProfile;
  /** Of each column whether a text stands in it for a missing value. */
  readonly hasWords: readonly boolean[];
  /** Of each column of numbers or dates, how its cells become such. */
  readonly readings: readonly (CellReading | undefined)[];
  /** The rows, with hashes by which they are compared. */
  readonly rows: CompactRows;
}

const EXAMPLES = 5;

/**
 * Says of the rows of a relation what `profileTable` says of a table in memory. DuckDB counts the different values of each column, and
 * puts on the disk what its memory does not hold; here lie 32 bytes per row of two columns of numbers at a time.
 *
 * Of more than 20,000 different values of a column 10,000 decide its kind (then all are asked whether they fit it), so that the
 * average number of words in `why` may be off by the last digit; ties among the most frequent texts are in the order of
 * code points.
 */
export async function profileRelation(relation: Relation): Promise<RelationProfile> {
  const { columns, name } = relation;
  const rows = await compactRows(relation);
  const count = await countRows(rows);
  const [values, exactRepeats] = await Promise.all([valuesOf(rows, count), repeatedBeside(rows)]);
  const profiles: ColumnProfile[] = [];
  for (const [
    i,
    { unfit, missingWords: _, hasSpaces: __, reading: ___, hasWords: ____, ...rest },
  ] of values.entries()) {
    const examples = unfit.length === 0 ? [] : await placesOf(rows, { column: i, values: unfit, limit: EXAMPLES });
    const unfitRows = unfit.reduce((sum, [, count]) => sum + count, 0);
    profiles.push({ name: columns[i]!, ...rest, unfit: { rows: unfitRows, examples } });
  }
  const key = values.map(({ missingWords, hasSpaces }) => missingWords > 1 || hasSpaces);
  const isLoose = key.some((each) => each);
  if (isLoose) await rehashRows(rows, key);
  return {
    profile: {
      source: name,
      rows: count,
      duplicates: isLoose ? await findRepeatedRows(rows, key) : exactRepeats,
      columns: profiles,
    },
    hasWords: values.map(({ hasWords }) => hasWords),
    readings: values.map(({ reading }) => reading),
    rows,
  };
}

/** Finds, beside what else is asked, the rows that repeat an earlier one in every character. */
async function repeatedBeside(rows: CompactRows): Promise<number> {
  const database = await rows.database.beside();
  try {
    return await findRepeatedRows(
      { ...rows, database },
      rows.columns.map(() => false),
    );
  } finally {
    await database.close();
  }
}

async function countRows({ database }: CompactRows): Promise<number> {
  for await (const [row] of database.rows(`SELECT count(*) FROM ${COMPACT}`)) return Number(row![0]);
  return 0;
}

/**
 * What the columns say: texts, of which DuckDB does the most, from one side, numbers, which are sorted here, from the other; two of
 * those at a time, so that one is read while the other is sorted.
 */
async function valuesOf(rows: CompactRows, count: number): Promise<readonly ColumnValues[]> {
  const places = [...rows.columns.keys()];
  const left = places.toSorted((a, b) => Number(rows.forms.plain.has(a)) - Number(rows.forms.plain.has(b)));
  const odd = await oddCells(rows);
  const found: ColumnValues[] = [];
  const lane = async (next: () => number | undefined) => {
    const database = await rows.database.beside();
    try {
      for (let place = next(); place !== undefined; place = next())
        found[place] = await valuesOfColumn({ ...rows, database }, { place, count, odd });
    } finally {
      await database.close();
    }
  };
  await Promise.all([lane(() => left.shift()), ...Array.from({ length: 2 }, () => lane(() => left.pop()))]);
  return found;
}

async function valuesOfColumn(
  rows: CompactRows,
  {
    place,
    count,
    odd,
  }: { readonly place: number; readonly count: number; readonly odd: ReadonlyMap<number, readonly CellCount[]> },
): Promise<ColumnValues> {
  const form = rows.forms.plain.get(place);
  if (form !== undefined) {
    const numbers = await plainNumbers(rows, { place, form });
    const values = plainValues(numbers, { form, odd: odd.get(place)!, rows: count });
    if (values !== undefined) return values;
  }
  // What does not go on as it began is read as texts.
  const groups = await groupValues(rows, { place, count });
  try {
    const [isTyped, isStructured] = [rows.typed.has(place), rows.structured.has(place)];
    return await columnValues(groups, { isTyped, isStructured });
  } finally {
    await groups.drop();
  }
}

/** By place the cells that are not written in the form of their column, one more than `plainValues` takes at most. */
async function oddCells({
  database,
  forms,
  oddPlace,
}: CompactRows): Promise<ReadonlyMap<number, readonly CellCount[]>> {
  const found = new Map<number, CellCount[]>([...forms.plain.keys()].map((place) => [place, []]));
  const cells = `SELECT unnest(odd) AS v, generate_subscripts(odd, 1) AS k FROM ${COMPACT} WHERE odd IS NOT NULL`;
  const query = `SELECT k::INTEGER, v, count(*)::DOUBLE FROM (${cells}) WHERE v IS NOT NULL GROUP BY k, v
    QUALIFY row_number() OVER (PARTITION BY k ORDER BY v) <= ${FEW_VALUES + 1}`;
  for await (const batch of database.rows(query)) {
    for (const [k, v, n] of batch) found.get(oddPlace(Number(k)))!.push([String(v), Number(n)]);
  }
  return found;
}
