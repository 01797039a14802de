import { ModelwrightError } from "@modelwright/contracts";
import { COMPACT } from "./compact-rows.ts";
import type { ReadCells } from "./cured-cells.ts";
import { type NumberedColumn, type NumberedRows, numberRows, standardised } from "./numbered-rows.ts";
import type { DuckDb } from "./open-duckdb.ts";

/** Learns from some rows how odd rows are. `columns` are numbers, `[rows]` each, none missing. */
export type IsolateRows = (columns: readonly Float32Array[]) => {
  /** How odd the rows that were learnt from are to those parts that have not seen them, `[rows]`; larger is odder. */
  readonly unseen: Float64Array;
  /** How odd other rows are. */
  readonly score: (columns: readonly Float32Array[]) => Float64Array;
};

/** Rows that are learnt from, at most. */
const MOST_LEARNT = 20_000;
const ODD = "odd_rows";

/**
 * Takes the oddest rows away, by numbers, dates and how rare their categories are: of n rows the largest whole number up to `share`·n. A missing number
 * counts as the mean. Of equally odd rows the first ones leave.
 *
 * @returns How many left.
 */
export async function dropOddRows(
  database: DuckDb,
  cells: ReadCells,
  { share, isolate }: { readonly share: number; readonly isolate: IsolateRows | undefined },
): Promise<number> {
  if (isolate === undefined) throw new Error("no way to tell odd rows apart was given");
  const numbered = await numberRows(database, cells);
  try {
    const odd = await oddest(numbered, { share, isolate });
    await database.run(`CREATE OR REPLACE TABLE ${ODD} (odd_row BIGINT)`);
    await database.append(
      ODD,
      Array.from(odd, (row) => [BigInt(row)]),
    );
    await database.run(`DELETE FROM ${COMPACT} WHERE rowid IN (SELECT odd_row FROM ${ODD})`);
    return odd.length;
  } finally {
    await numbered.drop();
  }
}

async function oddest(
  { columns, sample, blocks }: NumberedRows,
  { share, isolate }: { readonly share: number; readonly isolate: IsolateRows },
): Promise<number[]> {
  if (columns.length === 0) {
    const rule = "needs a column of numbers, dates or categories that tells rows apart; there is none";
    throw new ModelwrightError("DATA_CURE_UNFIT", { cure: "rows.outliers", rule });
  }
  const learnt = await sample(columns, { rows: MOST_LEARNT });
  const rarities = learnt.columns.map((codes, at) => rarityOf(codes, columns[at]!));
  const plain = (values: readonly Float64Array[]) =>
    standardised(columns, values).map(({ values: each }, at) => Float32Array.from(each, rarities[at]!));
  const { unseen, score } = isolate(plain(learnt.columns));
  const unseenOf = new Map(Array.from(learnt.rows, (row, at) => [row, unseen[at]!]));
  const parts: { readonly rows: Float64Array; readonly oddness: Float64Array }[] = [];
  for await (const { rows, columns: values } of blocks(columns)) {
    if (rows.length === 0) continue;
    const oddness = score(plain(values)).map((given, at) => unseenOf.get(rows[at]!) ?? given);
    parts.push({ rows, oddness });
  }
  const all = joined(parts.map(({ oddness }) => oddness));
  const wanted = Math.floor(share * all.length);
  if (wanted === 0) return [];
  // The least odd of those that leave; of rows that are as odd some may stay.
  const limit = all.slice().sort()[all.length - wanted]!;
  let alike = wanted - all.reduce((count, oddness) => count + Number(oddness > limit), 0);
  return parts.flatMap(({ rows, oddness }) => {
    // Rows of a block come in no order.
    const places = [...rows.keys()].filter((at) => oddness[at]! >= limit).sort((a, b) => rows[a]! - rows[b]!);
    return places.filter((at) => oddness[at]! > limit || alike-- > 0).map((at) => rows[at]!);
  });
}

/** What becomes of a value: a category how rare it is among the rows that are learnt from, −ln of its share; one row more than there are, so that a new one has a share. */
function rarityOf(codes: Float64Array, { levels }: NumberedColumn): (value: number) => number {
  if (levels === undefined) return (value) => (Number.isNaN(value) ? 0 : value);
  const counts = new Map<number, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  // Values that are none of the levels are each as rare as one that no row has.
  counts.delete(-1);
  return (code) => Math.log((codes.length + 1) / ((counts.get(code) ?? 0) + 1));
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
