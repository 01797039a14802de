import { countCells } from "./counted-cells.ts";
import { fewTexts } from "./few-texts.ts";
import { type PlainForm, plainForm } from "./plain-forms.ts";
import type { Relation } from "./relation.ts";

/** The first rows, by which it is decided how a column is held. */
const LOOKED_AT = 2000;
/** Filled ones, with fewer of which nothing is decided. */
const ENOUGH = LOOKED_AT / 2;
const VARIED_SHARE = 0.95;

/** How columns are held, as far as their first rows tell; by their places. */
export interface ColumnForms {
  /** Columns that are written in one form. */
  readonly plain: ReadonlyMap<number, PlainForm>;
  /** Of other columns with few different cells the type of DuckDB that tells those apart. */
  readonly few: ReadonlyMap<number, string>;
  /** Columns, of either sort or none, whose cells are mostly different. */
  readonly varied: ReadonlySet<number>;
}

/** Looks at the first rows of a relation. */
export async function columnForms(relation: Relation): Promise<ColumnForms> {
  const plain = new Map<number, PlainForm>();
  const few = new Map<number, string>();
  const varied = new Set<number>();
  for (const [place, counts] of (await firstCells(relation)).entries()) {
    const filled = [...counts.values()].reduce((sum, rows) => sum + rows, 0);
    if (filled < ENOUGH) continue;
    if (counts.size >= VARIED_SHARE * filled) varied.add(place);
    const isText = !relation.typed.has(place) && !relation.structured.has(place);
    const form = isText ? plainForm(countCells(counts, { isTyped: false, isStructured: false })) : undefined;
    const type = fewTexts(counts);
    if (form !== undefined) plain.set(place, form);
    else if (type !== undefined) few.set(place, type);
  }
  return { plain, few, varied };
}

/** The cells of the first rows, each with its rows; by column. */
async function firstCells({ database, from, columns }: Relation): Promise<readonly ReadonlyMap<string, number>[]> {
  const counts = columns.map((): Map<string, number> => new Map());
  const cells = columns.map((_, i) => `c${i}`).join(", ");
  for await (const batch of database.rows(`SELECT ${cells} FROM ${from} LIMIT ${LOOKED_AT}`)) {
    for (const row of batch) {
      for (const [i, cell] of row.entries()) {
        if (cell !== null) counts[i]!.set(String(cell), (counts[i]!.get(String(cell)) ?? 0) + 1);
      }
    }
  }
  return counts;
}
