import { ModelwrightError } from "@modelwright/contracts";
import type { Table } from "../tables/table.ts";
import { type ColumnCells, countUnfit, mostFrequent, type RowPlaces, readCells, type Unfit } from "./column-cells.ts";
import type { DateSpelling } from "./date-spellings.ts";
import type { ColumnKind, Frame } from "./frame.ts";
import { guessKind, type KindGuess } from "./guess-kind.ts";
import { looksLikeId } from "./id-like.ts";
import { NUMBER_SPELLINGS, type NumberSpelling } from "./number-spellings.ts";
import { type ColumnRead, readColumn } from "./read-column.ts";

/** Values of a column that are named as its most frequent. */
const FREQUENT = 10;

export interface FrameOptions {
  /** The columns that are read, in their order. Default: all of the table. */
  readonly columns?: readonly string[] | undefined;
  /** Kinds by column, instead of those that are guessed. */
  readonly kinds?: Readonly<Record<string, ColumnKind>> | undefined;
  /** How numbers and dates are written, by column, instead of what is told from the values. */
  readonly spellings?: Readonly<Record<string, NumberSpelling | DateSpelling>> | undefined;
}

/** What a careful reader should know of a column. */
export interface ColumnLook {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Why it is of this kind, in one line. */
  readonly why: string;
  /** What the values leave open, and what was done. Absent: nothing. */
  readonly doubt?: string;
  /** Rows without a value: empty cells, and words such as NA. */
  readonly missing: number;
  /** Different values. */
  readonly distinct: number;
  /** The ten values that most rows have, the most frequent first; ties in the order of UTF-16 code units. */
  readonly frequent: readonly { readonly value: string; readonly rows: number }[];
  /** Whether all rows say the same, or nothing. */
  readonly isConstant: boolean;
  /** Whether the values number or name the rows, and so tell nothing about them. */
  readonly isIdLike: boolean;
  /** Values that the kind cannot be; they count as missing. */
  readonly unfit: Unfit;
}

export interface ReadFrame {
  readonly frame: Frame;
  /** One per column, in their order. */
  readonly looks: readonly ColumnLook[];
  /** One per column: by row a number of its value as it is written, from 0; −1: missing. */
  readonly codes: readonly Int32Array[];
  /** `file:line` of a row, from 0. */
  readonly whereIs: (row: number) => string;
}

/**
 * Reads a table into typed columns; what they hold is told from the values of all rows, unless options say
 * it.
 *
 * @throws {ModelwrightError} `DATA_EMPTY` for a table without rows; `FEATURES_SETTING_INVALID` for an option
 *   of a column that the table has not; what reading the table throws.
 */
export async function readFrame(table: Table, options: FrameOptions = {}): Promise<ReadFrame> {
  const { columns = table.columns, kinds = {}, spellings = {} } = options;
  for (const name of [...columns, ...Object.keys(kinds), ...Object.keys(spellings)]) {
    if (table.columns.includes(name)) continue;
    const got = `${table.name} with ${table.columns.map((each) => JSON.stringify(each)).join(", ")}`;
    throw new ModelwrightError("FEATURES_SETTING_INVALID", {
      setting: `"${name}"`,
      rule: "is a column of the data",
      got,
    });
  }
  const { cells, rows, places } = await readCells(table, columns);
  if (rows === 0) {
    const problem = "no rows: an empty file, or a header and no rows below it";
    throw new ModelwrightError("DATA_EMPTY", { file: table.name, problem });
  }
  const read = cells.map((each) => {
    const guess = overruled(each, kinds[each.name], spellings[each.name]);
    const column = readColumn(each, guess);
    return { column: column.column, look: look(each, guess, column, places) };
  });
  return {
    frame: { rows, columns: read.map(({ column }) => column) },
    looks: read.map(({ look }) => look),
    codes: cells.map((each) => each.codes),
    whereIs: places.at,
  };
}

/** The guess, unless a kind or a spelling is given. */
function overruled(
  cells: ColumnCells,
  kind: ColumnKind | undefined,
  spelling: NumberSpelling | DateSpelling | undefined,
): KindGuess {
  if (spelling !== undefined) {
    const spelt = NUMBER_SPELLINGS.some((each) => each === spelling) ? "number" : "date";
    return { kind: kind ?? spelt, spelling, why: `said to be written as ${spelling}` };
  }
  const guess = guessKind(cells);
  if (kind === undefined || kind === guess.kind) return guess;
  const { doubt } = guess;
  const why = `said to be so; guessed: ${guess.kind} (${guess.why})`;
  return { kind, why, ...(doubt === undefined ? {} : { doubt }) };
}

function look(cells: ColumnCells, guess: KindGuess, { column, fits }: ColumnRead, places: RowPlaces): ColumnLook {
  const { name, missing, values } = cells;
  const { kind, why, doubt } = guess;
  return {
    name,
    kind,
    why,
    ...(doubt === undefined ? {} : { doubt }),
    missing,
    distinct: values.length,
    frequent: mostFrequent(values, FREQUENT),
    isConstant: values.length + Math.min(missing, 1) <= 1,
    isIdLike: looksLikeId(column, { filled: cells.filled, distinct: values.length }),
    unfit: countUnfit(values, fits, places),
  };
}
