import { type ColumnCures, type Cures, ModelwrightError, type Unit } from "@modelwright/contracts";
import { converted, quantityOf, unitNamed } from "../cures/units.ts";
import { DATE_SPELLINGS, type DateSpelling, readDate } from "../frames/date-spellings.ts";
import type { ColumnKind } from "../frames/frame.ts";
import { isMissingWord } from "../frames/missing-words.ts";
import { NUMBER_SPELLINGS, type NumberSpelling, readNumber } from "../frames/number-spellings.ts";
import { isWholeDay } from "./column-values.ts";
import { COMPACT, type CompactRows } from "./compact-rows.ts";
import type { CureStep } from "./cure-step.ts";
import type { RelationProfile } from "./profile-relation.ts";

/** Different cells by which the spelling of numbers is told. */
const SAMPLE = 10_000;
/** Values that are shown of those that cannot be read. */
const SHOWN = 3;

/** What is read in a cell: its number, and how it is written there. */
interface Reading {
  readonly value: number;
  /** A unit, or a spelling of dates. */
  readonly way: string;
}

/** How a column is read that was taken for something else. */
interface Reader {
  readonly cure: "unit" | "dates";
  readonly kind: ColumnKind;
  /** What it becomes, and what is read where it can be: "kg", "a mass". */
  readonly becomes: string;
  readonly what: string;
  /** A way of writing that changes nothing. */
  readonly plain: string | undefined;
  readonly isWhole: (value: number) => boolean;
  readonly read: (text: string) => Reading | undefined;
}

/** The spellings of dates that say the day, or the month, first where both are numbers. */
const ORDERS: Readonly<Record<NonNullable<ColumnCures["dates"]>, readonly DateSpelling[]>> = {
  "day-first": DATE_SPELLINGS.filter((spelling) => !/^01.31/.test(spelling)),
  "month-first": DATE_SPELLINGS.filter((spelling) => !/^31[/-]01/.test(spelling)),
};

/**
 * Reads columns as numbers of one unit, or as dates, where the cures say so, whatever they were taken for. Values that are none count as missing.
 *
 * @throws {ModelwrightError} `DATA_CURE_UNFIT` for a column without such values.
 */
export async function rereadColumns(
  found: RelationProfile,
  cures: Cures,
): Promise<{ readonly found: RelationProfile; readonly steps: readonly CureStep[] }> {
  const columns = [...found.profile.columns];
  const readings = [...found.readings];
  const steps: CureStep[] = [];
  for (const [place, column] of columns.entries()) {
    const reader = await readerOf(found.rows, place, cures.columns[column.name] ?? {});
    if (reader === undefined) continue;
    const { ways, unread, isWhole, examples } = await readAll(found.rows, place, reader);
    if (ways.size === 0) {
      const found = examples.length === 0 ? "" : `, such as ${examples.join(", ")}`;
      const rule = `needs values that are a ${reader.what}; none of the column is one${found}`;
      throw new ModelwrightError("DATA_CURE_UNFIT", { cure: `columns.${column.name}.${reader.cure}`, rule });
    }
    const changed = [...ways].filter(([way]) => way !== reader.plain).reduce((sum, [, rows]) => sum + rows, 0);
    const known = [...ways].sort(([, a], [, b]) => b - a).map(([way]) => way || "no unit");
    const detail = `${reader.becomes}, written as ${known.join(", ")}`;
    steps.push({ column: column.name, cure: reader.cure, detail, rows: changed });
    if (unread > 0) {
      const missing = `no ${reader.what}, missing from now on: ${examples.join(", ")}`;
      steps.push({ column: column.name, cure: reader.cure, detail: missing, rows: unread });
    }
    const { numbers: _, texts: __, ...rest } = column;
    columns[place] = { ...rest, kind: reader.kind, unfit: { rows: unread, examples: [] } };
    readings[place] = { isPlain: false, isWhole, read: (text) => reader.read(text)?.value };
  }
  return { found: { ...found, profile: { ...found.profile, columns }, readings }, steps };
}

async function readerOf(rows: CompactRows, place: number, { unit, dates }: ColumnCures): Promise<Reader | undefined> {
  if (unit !== undefined) return unitReader(unit, await spellingOf(rows, place));
  if (dates === undefined) return undefined;
  const spellings = ORDERS[dates];
  return {
    cure: "dates",
    kind: "date",
    becomes: dates,
    what: "date",
    plain: "2026-01-31",
    isWhole: isWholeDay,
    read: (text) => {
      for (const way of spellings) {
        const value = readDate(text, way);
        if (value !== undefined) return { value, way };
      }
      return undefined;
    },
  };
}

function unitReader(to: Unit, spelling: NumberSpelling): Reader {
  const quantity = quantityOf(to);
  return {
    cure: "unit",
    kind: "number",
    becomes: to,
    what: quantity,
    plain: to,
    isWhole: Number.isSafeInteger,
    read: (text) => {
      const number = readNumber(text, spelling);
      if (number === undefined) return undefined;
      // A bare number is taken for one of the unit that was asked for.
      const from = number.unit === "" ? to : unitNamed(number.unit, quantity);
      return from === undefined
        ? undefined
        : { value: converted(number.value, { from, to }), way: number.unit === "" ? "" : from };
    },
  };
}

/** The way to write numbers that reads most of the cells. */
async function spellingOf(rows: CompactRows, place: number): Promise<NumberSpelling> {
  const cells: string[] = [];
  for await (const [cell] of differentCells(rows, place, `ORDER BY hash(cell) LIMIT ${SAMPLE}`)) cells.push(cell);
  const counts = NUMBER_SPELLINGS.map(
    (spelling) => cells.filter((cell) => readNumber(cell, spelling) !== undefined).length,
  );
  return NUMBER_SPELLINGS[counts.indexOf(Math.max(...counts))]!;
}

/** What all different cells say. */
async function readAll(rows: CompactRows, place: number, { read, isWhole }: Reader) {
  const ways = new Map<string, number>();
  const examples: string[] = [];
  let [unread, areWhole] = [0, true];
  for await (const [cell, count] of differentCells(rows, place, "ORDER BY cell")) {
    const text = cell.trim();
    if (isMissingWord(text)) continue;
    const reading = read(text);
    if (reading === undefined) {
      unread += count;
      if (examples.length < SHOWN) examples.push(JSON.stringify(text));
    } else {
      ways.set(reading.way, (ways.get(reading.way) ?? 0) + count);
      areWhole &&= isWhole(reading.value);
    }
  }
  return { ways, unread, examples, isWhole: areWhole };
}

async function* differentCells(
  { database, cell }: CompactRows,
  place: number,
  rest: string,
): AsyncGenerator<readonly [cell: string, rows: number]> {
  const cells = `SELECT ${cell(place)} AS cell FROM ${COMPACT}`;
  const query = `SELECT cell, count(*)::DOUBLE FROM (${cells}) WHERE cell IS NOT NULL GROUP BY cell ${rest}`;
  for await (const batch of database.rows(query)) {
    for (const [text, count] of batch) yield [String(text), Number(count)];
  }
}
