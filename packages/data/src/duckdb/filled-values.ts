import { type ColumnCures, ModelwrightError } from "@modelwright/contracts";
import type { Filler } from "../cures/fillers/filler.ts";
import { type HeldOut, heldOut } from "../cures/fillers/held-out.ts";
import { nearestRows } from "../cures/fillers/nearest-rows.ts";
import { predictedValues } from "../cures/fillers/predicted-values.ts";
import { isWholeDay } from "./column-values.ts";
import type { CuredColumn, ReadCells } from "./cured-cells.ts";
import { type NumberedColumn, type NumberedRows, numberRows, standardised } from "./numbered-rows.ts";
import type { DuckDb } from "./open-duckdb.ts";

/** Neighbours, where nobody says. */
const NEIGHBOURS = 5;

interface FillerChoice {
  /** Rows that it learns from, at most. */
  readonly rows: number;
  readonly filler: Filler;
  /** What it did with so many rows. */
  readonly words: (rows: string) => string;
}

const MOST_NEAREST = 5000;
const MOST_LEARNT = 50_000;

/** How the missing values of a column are told by its others; undefined where they are not. */
function fillerOf(missing: ColumnCures["missing"]): FillerChoice | undefined {
  if (missing === "predicted") {
    return { rows: MOST_LEARNT, filler: predictedValues, words: (rows) => `predicted, learnt from ${rows} rows` };
  }
  const neighbours = neighboursOf(missing);
  if (neighbours === undefined) return undefined;
  return {
    rows: MOST_NEAREST,
    filler: nearestRows(neighbours),
    words: (rows) => `the ${neighbours} nearest of ${rows} rows`,
  };
}

function neighboursOf(missing: ColumnCures["missing"]): number | undefined {
  if (missing === "nearest") return NEIGHBOURS;
  return typeof missing === "object" && "nearest" in missing ? missing.nearest : undefined;
}

/** Whether missing values are told by the other columns of their rows. */
export function isFilled(missing: ColumnCures["missing"]): boolean {
  return fillerOf(missing) !== undefined;
}

/** What was put in for the missing values of a column. */
export interface FilledValues {
  /** A table: `filled_row`, the `r` of cells, and `value`; of dates in milliseconds since 1970. */
  readonly table: string;
  /** How, and how well. */
  readonly detail: string;
  /** Whether all are whole numbers, or all days. */
  readonly isWhole: boolean;
}

/**
 * Tells the missing values of columns by the others of their rows, by place. Numbers, dates and categories tell them; not texts, nor columns that number
 * or name the rows.
 *
 * @throws {ModelwrightError} `DATA_CURE_UNFIT` where there is no other column to tell them by.
 */
export async function fillValues(
  database: DuckDb,
  cells: ReadCells,
  onProgress: (line: string) => void = () => {},
): Promise<ReadonlyMap<number, FilledValues>> {
  const asked = cells.columns.filter(
    ({ chosen, column }) => isFilled(chosen.missing) && column.missing + column.unfit.rows > 0,
  );
  const filled = new Map<number, FilledValues>();
  if (asked.length === 0) return filled;
  const numbered = await numberRows(database, cells);
  try {
    for (const column of asked) filled.set(column.place, await fillColumn({ database, numbered, onProgress }, column));
  } finally {
    await numbered.drop();
  }
  return filled;
}

async function fillColumn(
  {
    database,
    numbered,
    onProgress,
  }: { readonly database: DuckDb; readonly numbered: NumberedRows; readonly onProgress: (line: string) => void },
  { place, chosen, column }: CuredColumn,
): Promise<FilledValues> {
  const { rows: most, filler, words } = fillerOf(chosen.missing)!;
  const target = numbered.all.find((each) => each.place === place)!;
  const others = numbered.columns.filter((each) => each !== target);
  if (others.length === 0) {
    const rule = "needs another column of numbers, dates or categories that tells rows apart; there is none";
    throw new ModelwrightError("DATA_CURE_UNFIT", { cure: `columns.${column.name}.missing`, rule });
  }
  const sample = await numbered.sample([...others, target], { rows: most, has: target });
  const rows = standardised(others, sample.columns);
  const known = { values: sample.columns.at(-1)!, levels: target.levels?.length };
  const measured = heldOut(filler, rows, known);
  const tell = filler(rows, known);
  const table = `filled_${place}`;
  const type = target.levels === undefined ? "DOUBLE" : "VARCHAR";
  await database.run(`CREATE OR REPLACE TABLE ${table} (filled_row BIGINT, value ${type})`);
  const isWhole = { number: Number.isSafeInteger, date: isWholeDay, category: () => true, text: () => true }[
    column.kind
  ];
  const isDays = column.kind === "date" && target.isWhole;
  let allWhole = true;
  let done = 0;
  for await (const block of numbered.blocks(others, { lacks: target })) {
    if (block.rows.length === 0) continue;
    const told = tell(standardised(others, block.columns)).map((value) => (isDays ? nearestDay(value) : value));
    allWhole &&= told.every(isWhole);
    done += told.length;
    onProgress(`filling ${column.name}: ${done.toLocaleString("en-US")} values`);
    await database.append(
      table,
      Array.from(block.rows, (row, at) => [BigInt(row), target.levels?.[told[at]!] ?? told[at]!]),
    );
  }
  return {
    table,
    detail: `${words(known.values.length.toLocaleString("en-US"))}${measuredWords(measured, target)}`,
    isWhole: allWhole,
  };
}

const DAY = 86_400_000;

function nearestDay(milliseconds: number): number {
  return Math.round(milliseconds / DAY) * DAY;
}

function measuredWords(measured: HeldOut | undefined, { levels }: NumberedColumn): string {
  if (measured === undefined) return "; too few rows to say how well";
  const { rows, score, plain, isBetter } = measured;
  const held = `${rows.toLocaleString("en-US")} rows held out`;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const found =
    levels === undefined
      ? `R² ${score.toFixed(2).replace(/^-(0\.00)$/, "$1")} on ${held}`
      : `right for ${percent(score)} of ${held}, the mode for ${percent(plain)}`;
  return `; ${found}${isBetter ? "" : `: no better than the ${levels === undefined ? "mean" : "mode"}`}`;
}
