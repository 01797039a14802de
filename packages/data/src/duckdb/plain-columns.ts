import { guessKind } from "../frames/guess-kind.ts";
import { sortedNumbers, summarizeSorted } from "../profile/summarize-numbers.ts";
import type { ColumnProfile, NumberSummary } from "../profile/table-profile.ts";
import { type CountedCells, countCells } from "./counted-cells.ts";
import { quotedText } from "./open-duckdb.ts";
import type { Relation } from "./relation.ts";

/** The first rows, by which it is decided how a column is read. */
const LOOKED_AT = 10_000;
/** With fewer different values among those, dates are counted as texts as fast. */
const DIFFERENT_SHARE = 0.1;
/** Digits of which every number is a double of its own. */
const DIGITS = 15;
const FREQUENT = 10;

/**
 * How all numbers or dates of a column are written, as far as its first rows tell: so that two are the same where their texts are, and
 * a table of doubles says of them what their texts would.
 */
export interface PlainForm {
  readonly kind: "number" | "date";
  /** Whether all numbers are whole, or all dates days. */
  readonly isWhole: boolean;
  /** Whether a cell is written so; SQL. */
  readonly isSo: (cell: string) => string;
  /** The number, or milliseconds since 1970, of a cell that is written so; null for others; SQL. */
  readonly value: (cell: string) => string;
  /** The text again. */
  readonly text: (value: number) => string;
}

/** By place the columns that are written in one form and have many different values. */
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
  if (kind === "date" && values.length < DIFFERENT_SHARE * filled) return undefined;
  if (doubt !== undefined) return undefined;
  const texts = values.map(({ text }) => text).filter((text) => /\d/.test(text));
  if (kind === "number" && spelling === "1234.5") return plainNumber(texts);
  return kind === "date" && spelling === "2026-01-31" ? plainDate(texts) : undefined;
}

function plainNumber(texts: readonly string[]): PlainForm | undefined {
  const decimals = texts[0]!.split(".")[1]?.length ?? 0;
  const fraction = decimals === 0 ? "" : String.raw`\.\d{${decimals}}`;
  const whole = DIGITS - decimals - 1;
  if (whole < 1) return undefined;
  const pattern = `-?(0|[1-9]\\d{0,${whole}})${fraction}`;
  const regular = new RegExp(`^${pattern}$`);
  const zero = `-${(0).toFixed(decimals)}`;
  if (!texts.every((text) => regular.test(text) && text !== zero)) return undefined;
  return {
    kind: "number",
    isWhole: decimals === 0,
    isSo: (cell) => `regexp_full_match(${cell}, ${quotedText(pattern)}) AND ${cell} <> ${quotedText(zero)}`,
    value: (cell) => `TRY_CAST(${cell} AS DOUBLE)`,
    text: (value) => value.toFixed(decimals),
  };
}

const TIME = String.raw`([01]\d|2[0-3]):[0-5]\d:[0-5]\d`;
/** Forms of a date, by what is cut out of the one that JavaScript writes. */
const DATE_FORMS: readonly { readonly pattern: string; readonly text: (iso: string) => string }[] = [
  { pattern: String.raw`\d{4}-\d\d-\d\d`, text: (iso) => iso.slice(0, 10) },
  { pattern: String.raw`\d{4}-\d\d-\d\dT${TIME}`, text: (iso) => iso.slice(0, 19) },
  { pattern: String.raw`\d{4}-\d\d-\d\d ${TIME}`, text: (iso) => iso.slice(0, 19).replace("T", " ") },
];

function plainDate(texts: readonly string[]): PlainForm | undefined {
  const form = DATE_FORMS.find(({ pattern }) => texts.every((text) => new RegExp(`^${pattern}$`).test(text)));
  if (form === undefined) return undefined;
  return {
    kind: "date",
    isWhole: form === DATE_FORMS[0],
    isSo: (cell) => `regexp_full_match(${cell}, ${quotedText(form.pattern)})`,
    value: (cell) => `epoch_ms(TRY_CAST(${cell} AS TIMESTAMP))::DOUBLE`,
    text: (value) => form.text(new Date(value).toISOString()),
  };
}

/** What the numbers of a column say. */
export interface PlainNumbers extends Pick<ColumnProfile, "distinct" | "frequent"> {
  /** Rows with a number. */
  readonly rows: number;
  readonly numbers?: NumberSummary;
}

/** @param values NaN: not written in the form. */
export function plainNumbers(values: Float64Array, { text }: PlainForm): PlainNumbers {
  const sorted = sortedNumbers(values);
  const runsOf = new Map<number, number>();
  let distinct = 0;
  for (const { rows } of runs(sorted)) {
    distinct++;
    runsOf.set(rows, (runsOf.get(rows) ?? 0) + 1);
  }
  const most: { readonly value: string; readonly rows: number }[] = [];
  const least = leastOfMost(runsOf);
  for (const { value, rows } of runs(sorted)) if (rows >= least) most.push({ value: text(value), rows });
  most.sort((a, b) => b.rows - a.rows || (a.value < b.value ? -1 : 1));
  const frequent = most.slice(0, FREQUENT);
  const numbers = sorted.length === 0 ? undefined : summarizeSorted(sorted);
  return { rows: sorted.length, distinct, frequent, ...(numbers === undefined ? {} : { numbers }) };
}

/** Values that are the same, with their number. */
function* runs(sorted: Float64Array): Generator<{ readonly value: number; readonly rows: number }> {
  for (let from = 0, at = 1; at <= sorted.length; at++) {
    if (at < sorted.length && sorted[at] === sorted[from]) continue;
    yield { value: sorted[from]!, rows: at - from };
    from = at;
  }
}

/** The rows that the tenth of the most frequent values has. */
function leastOfMost(runsOf: ReadonlyMap<number, number>): number {
  let taken = 0;
  for (const [rows, count] of [...runsOf].sort(([a], [b]) => b - a)) {
    taken += count;
    if (taken >= FREQUENT) return rows;
  }
  return 1;
}
