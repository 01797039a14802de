import { guessKind } from "../frames/guess-kind.ts";
import { type CountedCells, countCells } from "./counted-cells.ts";
import type { Relation } from "./relation.ts";

/** The first rows, by which it is decided how a column is read. */
const LOOKED_AT = 2000;
/** With more different values among those, all are put in order; with fewer, they are counted first. */
const VARIED_SHARE = 0.95;
/** Digits of which every number is a double of its own. */
const DIGITS = 15;

/**
 * How all numbers or dates of a column are written, as far as its first rows tell: so that two are the same where their texts are, and
 * a column of a type says of them what their texts would.
 */
export interface PlainForm {
  readonly kind: "number" | "date";
  /** Whether all numbers are whole, or all dates days. */
  readonly isWhole: boolean;
  /** Of DuckDB, for what is written so. */
  readonly type: string;
  /** Whether a cell, which is not null, is written so; SQL. */
  readonly isSo: (cell: string) => string;
  /** The cell again, of its value; SQL. */
  readonly cell: (value: string) => string;
  /** The number, or milliseconds since 1970, of its value; SQL. */
  readonly number: (value: string) => string;
  /** The cell of a number, or of milliseconds since 1970. */
  readonly text: (value: number) => string;
  /** Whether most values of the first rows are different. */
  readonly isVaried: boolean;
}

/** By place the columns that are written in one form. */
export async function plainForms(relation: Relation): Promise<ReadonlyMap<number, PlainForm>> {
  const { database, from, columns, typed, structured } = relation;
  const cells = columns.map((): Map<string, number> => new Map());
  const list = columns.map((_, i) => `c${i}`).join(", ");
  for await (const batch of database.rows(`SELECT ${list} FROM ${from} LIMIT ${LOOKED_AT}`)) {
    for (const row of batch) {
      for (const [i, cell] of row.entries()) {
        if (cell !== null) cells[i]!.set(String(cell), (cells[i]!.get(String(cell)) ?? 0) + 1);
      }
    }
  }
  const forms = cells.map((counts, i) =>
    typed.has(i) || structured.has(i)
      ? undefined
      : plainForm(countCells(counts, { isTyped: false, isStructured: false })),
  );
  return new Map(forms.flatMap((form, i) => (form === undefined ? [] : [[i, form] as const])));
}

function plainForm(sample: CountedCells): PlainForm | undefined {
  const { values, filled } = sample;
  if (filled < LOOKED_AT / 2) return undefined;
  const { kind, spelling, doubt } = guessKind(sample);
  if (doubt !== undefined) return undefined;
  const texts = values.map(({ text }) => text).filter((text) => /\d/.test(text));
  const isVaried = values.length >= VARIED_SHARE * filled;
  const form =
    kind === "number" && spelling === "1234.5"
      ? plainNumber(texts)
      : kind === "date" && spelling === "2026-01-31"
        ? plainDate(texts)
        : undefined;
  return form && { ...form, kind: kind as PlainForm["kind"], isVaried };
}

type Form = Omit<PlainForm, "kind" | "isVaried">;

function plainNumber(texts: readonly string[]): Form | undefined {
  const decimals = texts[0]!.split(".")[1]?.length ?? 0;
  return texts.every((text) => (text.split(".")[1]?.length ?? 0) === decimals)
    ? fixedDecimals(texts, decimals)
    : shortestNumbers(texts);
}

/** Numbers with as many decimals each: `9.50`, `-12.00`. */
function fixedDecimals(texts: readonly string[], decimals: number): Form | undefined {
  const fraction = decimals === 0 ? "" : String.raw`\.\d{${decimals}}`;
  const whole = DIGITS - decimals - 1;
  if (whole < 1) return undefined;
  const regular = new RegExp(`^-?(0|[1-9]\\d{0,${whole}})${fraction}$`);
  const zero = `-${(0).toFixed(decimals)}`;
  if (!texts.every((text) => regular.test(text) && text !== zero)) return undefined;
  const type = `DECIMAL(${DIGITS}, ${decimals})`;
  return {
    isWhole: decimals === 0,
    type,
    // What a whole number of so many digits is written as again. That is told faster than by a regular expression.
    isSo: (cell) => `TRY_CAST(${cell} AS ${type})::VARCHAR = ${cell}`,
    cell: (value) => `${value}::VARCHAR`,
    number: (value) => `${value}::DOUBLE`,
    text: (value) => value.toFixed(decimals),
  };
}

/** What is in numbers that JavaScript and DuckDB write in two ways, or that are none: powers of ten, infinity, `nan`. */
const OTHERS = ["e", "n"] as const;

/** Numbers with the fewest digits that tell them: `9.5`, and `12`, or `12.0` as Python writes it. */
function shortestNumbers(texts: readonly string[]): Form | undefined {
  const hasPoint = texts.every((text) => text.includes("."));
  const shortest = hasPoint ? (value: number) => (Number.isInteger(value) ? value.toFixed(1) : String(value)) : String;
  // Powers of ten are written in more than one way.
  if (!texts.every((text) => shortest(Number(text)) === text && !text.includes("e"))) return undefined;
  const cell = (value: string) => (hasPoint ? `${value}::VARCHAR` : `regexp_replace(${value}::VARCHAR, '\\.0$', '')`);
  return {
    isWhole: false,
    type: "DOUBLE",
    isSo: (text) =>
      `${cell(`TRY_CAST(${text} AS DOUBLE)`)} = ${text} AND ${OTHERS.map((part) => `NOT contains(${text}, '${part}')`).join(" AND ")} AND ${text} NOT IN ('-0', '-0.0')`,
    cell,
    number: (value) => value,
    text: shortest,
  };
}

const TIME = String.raw`([01]\d|2[0-3]):[0-5]\d:[0-5]\d`;
const ISO_CELL = (value: string) => `${value}::VARCHAR`;
/** Forms of a date, by what is cut out of the one that JavaScript writes. */
const DATE_FORMS: readonly {
  readonly pattern: RegExp;
  readonly type: "DATE" | "TIMESTAMP";
  readonly length: number;
  readonly cell: (value: string) => string;
  readonly text: (iso: string) => string;
}[] = [
  { pattern: /^\d{4}-\d\d-\d\d$/, type: "DATE", length: 10, cell: ISO_CELL, text: (iso) => iso.slice(0, 10) },
  {
    pattern: new RegExp(`^\\d{4}-\\d\\d-\\d\\dT${TIME}$`),
    type: "TIMESTAMP",
    length: 19,
    cell: (value) => `replace(${value}::VARCHAR, ' ', 'T')`,
    text: (iso) => iso.slice(0, 19),
  },
  {
    pattern: new RegExp(`^\\d{4}-\\d\\d-\\d\\d ${TIME}$`),
    type: "TIMESTAMP",
    length: 19,
    cell: ISO_CELL,
    text: (iso) => iso.slice(0, 19).replace("T", " "),
  },
];

function plainDate(texts: readonly string[]): Form | undefined {
  const form = DATE_FORMS.find(({ pattern }) => texts.every((text) => pattern.test(text)));
  if (form === undefined) return undefined;
  const { type, cell, length } = form;
  return {
    isWhole: type === "DATE",
    type,
    // Years of five digits, or before Christ, and the word infinity have other lengths.
    isSo: (text) => `strlen(${text}) = ${length} AND ${cell(`TRY_CAST(${text} AS ${type})`)} = ${text}`,
    cell,
    number: (value) => `epoch_ms(${value})::DOUBLE`,
    text: (value) => form.text(new Date(value).toISOString()),
  };
}
