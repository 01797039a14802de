import type { ColumnProfile, TableProfile } from "../profile/table-profile.ts";
import { type CellReading, type ColumnValues, columnValues, plainValues } from "./column-values.ts";
import { type PlainForm, type PlainNumbers, plainForms, plainNumbers } from "./plain-columns.ts";
import type { Relation } from "./relation.ts";
import { type RowKey, repeatedRows, rowHash } from "./repeated-rows.ts";
import { COLUMNS_AT_ONCE, dropGroups, groupValues } from "./value-groups.ts";
import { placesOf } from "./value-places.ts";

/** What all rows of a relation say, column by column, and by which values its rows are compared. */
export interface RelationProfile {
  readonly profile: TableProfile;
  readonly key: RowKey;
  /** Of each column whether a text stands in it for a missing value. */
  readonly hasWords: readonly boolean[];
  /** Of each column of numbers or dates, how its cells become such. */
  readonly readings: readonly (CellReading | undefined)[];
  /** A table of the hashes of all rows, `h`, where it was made by that key. */
  readonly hashes?: string;
  /** A table of the numbers of columns that are written in one form, `p0`, `p1`, … by their places, with the hashes of their rows. */
  readonly numbers?: { readonly table: string; readonly places: ReadonlySet<number> };
}

const EXAMPLES = 5;
/** A table of the numbers of plain columns, and of the hashes of all rows. */
const NUMBERS = "numbers_of_rows";

/**
 * Says of the rows of a relation what `profileTable` says of a table in memory. DuckDB counts the different values of each column, and
 * puts on the disk what its memory does not hold; here lie 16 bytes per row of one column at a time.
 *
 * Of more than 20,000 different values of a column 10,000 decide its kind (then all are asked whether they fit it), so that the
 * average number of words in `why` may be off by the last digit; ties among the most frequent texts are in the order of
 * code points.
 */
export async function profileRelation(relation: Relation): Promise<RelationProfile> {
  const { columns, name } = relation;
  const forms = await plainForms(relation);
  await readNumbers(relation, forms);
  // Here numbers are sorted while DuckDB counts texts.
  const numbers = sortNumbers(relation, forms);
  const { values, rows } = await valuesOf(relation, { forms, numbers });
  await dropGroups(relation);
  const key: RowKey = values.map(({ missingWords, hasSpaces }) => missingWords > 1 || hasSpaces);
  const profiles: ColumnProfile[] = [];
  for (const [
    i,
    { unfit, missingWords: _, hasSpaces: __, reading: ___, hasWords: ____, ...rest },
  ] of values.entries()) {
    const examples = unfit.length === 0 ? [] : await placesOf(relation, { column: i, values: unfit, limit: EXAMPLES });
    const unfitRows = unfit.reduce((sum, [, count]) => sum + count, 0);
    profiles.push({ name: columns[i]!, ...rest, unfit: { rows: unfitRows, examples } });
  }
  const isExact = key.every((isLoose) => !isLoose);
  const duplicates = await repeatedRows(relation, { key, ...(isExact ? { hashes: NUMBERS } : {}) });
  const numberPlaces = new Set([...forms.keys()].filter((place) => values[place]!.reading?.isPlain === true));
  return {
    profile: { source: name, rows, duplicates, columns: profiles },
    key,
    hasWords: values.map(({ hasWords }) => hasWords),
    readings: values.map(({ reading }) => reading),
    ...(isExact ? { hashes: NUMBERS, numbers: { table: NUMBERS, places: numberPlaces } } : {}),
  };
}

type Forms = ReadonlyMap<number, PlainForm>;

async function readNumbers({ columns, database, from }: Relation, forms: Forms): Promise<void> {
  const numbers = [...forms].map(([place, { value }]) => `${value(`c${place}`)} AS p${place}`);
  const hash = `${rowHash(columns.map(() => false))} AS h`;
  await database.run(`CREATE OR REPLACE TABLE ${NUMBERS} AS SELECT ${[...numbers, hash].join(", ")} FROM ${from}`);
}

async function sortNumbers({ database }: Relation, forms: Forms): Promise<ReadonlyMap<number, PlainNumbers>> {
  const found = new Map<number, PlainNumbers>();
  for (const [place, form] of forms) {
    const [values] = await database.numbers(`SELECT p${place} FROM ${NUMBERS}`);
    found.set(place, plainNumbers(values!, form));
  }
  return found;
}

/** What the columns say, and the number of rows. */
async function valuesOf(
  relation: Relation,
  { forms, numbers }: { readonly forms: Forms; readonly numbers: Promise<ReadonlyMap<number, PlainNumbers>> },
): Promise<{ readonly values: readonly ColumnValues[]; readonly rows: number }> {
  const found = new Map<number, ColumnValues>();
  let rows = 0;
  const read = async (places: readonly number[], plain: Forms) => {
    for (let from = 0; from < places.length; from += COLUMNS_AT_ONCE) {
      const some = places.slice(from, from + COLUMNS_AT_ONCE);
      const [groups, sorted] = await Promise.all([groupValues(relation, { columns: some, forms: plain }), numbers]);
      if (from === 0) rows = (await groups[0]!.counts()).rows;
      for (const [i, each] of groups.entries()) {
        const place = some[i]!;
        const form = plain.get(place);
        const values =
          form === undefined
            ? await columnValues(each, {
                isTyped: relation.typed.has(place),
                isStructured: relation.structured.has(place),
              })
            : await plainValues(sorted.get(place)!, { form, others: each, rows });
        if (values !== undefined) found.set(place, values);
      }
    }
  };
  const places = [...relation.columns.keys()];
  await read(places, forms);
  // What did not go on as it began is read again, as texts.
  await read(
    places.filter((place) => !found.has(place)),
    new Map(),
  );
  return { values: places.map((place) => found.get(place)!), rows };
}
