import { type ColumnCells, rowsWhere } from "./column-cells.ts";
import { DATE_SPELLINGS, type DateSpelling, readDate } from "./date-spellings.ts";
import type { Column, ColumnKind } from "./frame.ts";
import type { KindGuess } from "./guess-kind.ts";
import { commonUnit, NUMBER_SPELLINGS, type NumberSpelling, readNumber } from "./number-spellings.ts";

export interface ColumnRead {
  readonly column: Column;
  /** Whether the column can hold a value, by its place among the different ones. */
  readonly fits: (place: number) => boolean;
}

type Reader = (cells: ColumnCells, spelling: KindGuess["spelling"]) => ColumnRead;

const READERS: Readonly<Record<ColumnKind, Reader>> = {
  number: (cells, given) => {
    const spelling = NUMBER_SPELLINGS.find((each) => each === given) ?? numberSpelling(cells);
    const unit = commonUnit(cells.values);
    const { values, fits } = readValues(cells, (text) => {
      const number = readNumber(text, spelling);
      return number?.unit === unit ? number.value : undefined;
    });
    return { column: { kind: "number", name: cells.name, values, spelling, ...(unit === "" ? {} : { unit }) }, fits };
  },
  date: (cells, given) => {
    const spelling = DATE_SPELLINGS.find((each) => each === given) ?? dateSpelling(cells);
    const { values, fits } = readValues(cells, (text) => readDate(text, spelling));
    return { column: { kind: "date", name: cells.name, values, spelling }, fits };
  },
  category: ({ name, values, codes }) => {
    const categories = values.flatMap(({ text, isStructured }) => (isStructured ? [] : [text]));
    const codeOf = new Map(categories.map((text, code) => [text, code]));
    const byPlace = values.map(({ text, isStructured }) => (isStructured ? -1 : codeOf.get(text)!));
    const column: Column = { kind: "category", name, categories, codes: codes.map((place) => byPlace[place] ?? -1) };
    return { column, fits: (place) => byPlace[place]! >= 0 };
  },
  text: ({ name, values, codes }) => {
    const column: Column = { kind: "text", name, values: Array.from(codes, (place) => values[place]?.text ?? "") };
    return { column, fits: () => true };
  },
};

/** Makes a typed column of cells; values that its kind cannot be are missing. */
export function readColumn(cells: ColumnCells, { kind, spelling }: KindGuess): ColumnRead {
  return READERS[kind](cells, spelling);
}

function readValues({ values, codes }: ColumnCells, read: (text: string) => number | undefined) {
  const numbers = values.map(({ text, isStructured }) => (isStructured ? undefined : read(text)));
  return {
    values: Float64Array.from(codes, (place) => numbers[place] ?? Number.NaN),
    fits: (place: number) => numbers[place] !== undefined,
  };
}

/** The spelling by which most rows are read. */
function numberSpelling({ values }: ColumnCells): NumberSpelling {
  return mostRead(NUMBER_SPELLINGS, (each) => rowsWhere(values, ({ text }) => readNumber(text, each) !== undefined));
}

function dateSpelling({ values }: ColumnCells): DateSpelling {
  return mostRead(DATE_SPELLINGS, (each) => rowsWhere(values, ({ text }) => readDate(text, each) !== undefined));
}

function mostRead<S>(spellings: readonly S[], rows: (spelling: S) => number): S {
  const counts = spellings.map(rows);
  return spellings[counts.indexOf(Math.max(...counts))]!;
}
