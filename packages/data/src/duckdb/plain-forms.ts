import { guessKind } from "../frames/guess-kind.ts";
import type { CountedCells } from "./counted-cells.ts";

/** Digits of which every number is a double of its own. */
const DIGITS = 15;
const MOST = 10 ** DIGITS - 1;

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
  /** Whether a cell is written so, by what a cast to the type makes of it; SQL. */
  readonly isSo: (cell: string, value: string) => string;
  /** The cell again, of its value; SQL. */
  readonly cell: (value: string) => string;
  /** In which all numbers are whole: so they are sorted sooner. Absent: none. */
  readonly unit?: WholeUnit;
  /** The number, or milliseconds since 1970, of its value; SQL. */
  readonly number: (value: string) => string;
  /** The cell of a number, or of milliseconds since 1970. */
  readonly text: (value: number) => string;
}

/** A unit in which numbers are whole: their product with `times`, divided by `over`. */
export interface WholeUnit {
  readonly times: number;
  readonly over: number;
}

/** The form of the cells of a column, if they have one. */
export function plainForm(sample: CountedCells): PlainForm | undefined {
  const texts = sample.values.map(({ text }) => text).filter((text) => /\d/.test(text));
  // What begins in another way has no form, whatever it is.
  if (texts.length === 0 || !texts.every((text) => /^-?\d/.test(text))) return undefined;
  const { kind, spelling, doubt } = guessKind(sample);
  if (doubt !== undefined) return undefined;
  const form =
    kind === "number" && spelling === "1234.5"
      ? plainNumber(texts)
      : kind === "date" && spelling === "2026-01-31"
        ? plainDate(texts)
        : undefined;
  return form && { ...form, kind: kind as PlainForm["kind"] };
}

type Form = Omit<PlainForm, "kind">;

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
  // A whole number is cast in two thirds of the time of one with decimals, and may have more digits.
  const isWhole = decimals === 0;
  const isShort = (value: string) => (isWhole ? ` AND ${value} BETWEEN -${MOST} AND ${MOST}` : "");
  return {
    isWhole,
    type: isWhole ? "BIGINT" : `DECIMAL(${DIGITS}, ${decimals})`,
    // What a whole number of so many digits is written as again. That is told faster than by a regular expression.
    isSo: (cell, value) => `${value}::VARCHAR = ${cell}${isShort(value)}`,
    cell: (value) => `${value}::VARCHAR`,
    unit: { times: 10 ** decimals, over: 1 },
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
    isSo: (text, value) =>
      `${cell(value)} = ${text} AND ${OTHERS.map((part) => `NOT contains(${text}, '${part}')`).join(" AND ")} AND ${text} NOT IN ('-0', '-0.0')`,
    cell,
    number: (value) => value,
    text: shortest,
  };
}

const SECOND = 1000;
const DAY = 86_400 * SECOND;
const TIME = String.raw`([01]\d|2[0-3]):[0-5]\d:[0-5]\d`;
const ISO_CELL = (value: string) => `${value}::VARCHAR`;
/** Forms of a date, by what is cut out of the one that JavaScript writes. */
const DATE_FORMS: readonly {
  readonly pattern: RegExp;
  readonly type: "DATE" | "TIMESTAMP";
  readonly length: number;
  /** Milliseconds of which all are multiples. */
  readonly step: number;
  readonly cell: (value: string) => string;
  readonly text: (iso: string) => string;
}[] = [
  {
    pattern: /^\d{4}-\d\d-\d\d$/,
    type: "DATE",
    length: 10,
    step: DAY,
    cell: ISO_CELL,
    text: (iso) => iso.slice(0, 10),
  },
  {
    pattern: new RegExp(`^\\d{4}-\\d\\d-\\d\\dT${TIME}$`),
    type: "TIMESTAMP",
    length: 19,
    step: SECOND,
    cell: (value) => `replace(${value}::VARCHAR, ' ', 'T')`,
    text: (iso) => iso.slice(0, 19),
  },
  {
    pattern: new RegExp(`^\\d{4}-\\d\\d-\\d\\d ${TIME}$`),
    type: "TIMESTAMP",
    length: 19,
    step: SECOND,
    cell: ISO_CELL,
    text: (iso) => iso.slice(0, 19).replace("T", " "),
  },
];

function plainDate(texts: readonly string[]): Form | undefined {
  const form = DATE_FORMS.find(({ pattern }) => texts.every((text) => pattern.test(text)));
  if (form === undefined) return undefined;
  const { type, cell, length, step } = form;
  return {
    isWhole: type === "DATE",
    type,
    // Years of five digits, or before Christ, and the word infinity have other lengths.
    isSo: (text, value) => `strlen(${text}) = ${length} AND ${cell(value)} = ${text}`,
    cell,
    unit: { times: 1, over: step },
    number: (value) => `epoch_ms(${value})::DOUBLE`,
    text: (value) => form.text(new Date(value).toISOString()),
  };
}
