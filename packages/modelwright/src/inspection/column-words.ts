import type { ColumnKind, ColumnProfile } from "@modelwright/data";
import { shorten } from "../wording/plain-text.ts";
import { percent } from "../wording/quantities.ts";

const MOST_VALUES = 3;
/** So few different numbers are told one by one. */
const FEW_NUMBERS = 3;
const VALUE_LENGTH = 24;

type Words = (column: ColumnProfile, filled: number) => string;

/** What most rows have, with its share where more than one row has it. */
const shares: Words = ({ frequent, distinct }, filled) => {
  const shown = frequent
    .slice(0, MOST_VALUES)
    .map(({ value, rows }) => shorten(value, VALUE_LENGTH) + (rows === 1 ? "" : ` ${percent(rows / filled)}`));
  return [...shown, ...(distinct > shown.length ? ["…"] : [])].join(", ");
};

/** The least, the quartiles and the most of numbers; what most rows have of few values; how long texts are. */
const WORDS: Readonly<Record<ColumnKind, Words>> = {
  number: (column, filled) => {
    const { numbers, distinct } = column;
    if (numbers === undefined || distinct <= FEW_NUMBERS) return shares(column, filled);
    return spread(numbers, amount);
  },
  date: ({ numbers }) => (numbers === undefined ? "" : spread(numbers, day)),
  category: shares,
  text: ({ texts }) => {
    if (texts === undefined) return "";
    const { min, max, quantiles } = texts.length;
    return min === max ? `${amount(min)} characters` : `${spread({ min, max, quantiles }, amount)} characters`;
  },
};

/** What the values of a column are like, in a line. */
export function columnWords(column: ColumnProfile, rows: number): string {
  const filled = rows - column.missing;
  return filled === 0 ? "no row has a value" : WORDS[column.kind](column, filled);
}

interface Spread {
  readonly min: number;
  readonly max: number;
  readonly quantiles: { readonly p25: number; readonly p50: number; readonly p75: number };
}

function spread({ min, max, quantiles: { p25, p50, p75 } }: Spread, write: (value: number) => string): string {
  return min === max ? write(min) : `${write(min)} ⋯ ${[p25, p50, p75].map(write).join(" | ")} ⋯ ${write(max)}`;
}

/** A number in five digits that count, or whole: `1,234.5`, `1,700,000,000`, `0.00012`. */
export function amount(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e15 || size < 1e-4)) return value.toExponential(2).replace("-", "−");
  const digits = size >= 1e4 ? Math.round(value) : Number(value.toPrecision(5));
  return digits.toLocaleString("en-US", { maximumFractionDigits: 6 }).replace("-", "−");
}

/** The day of a date: `2026-01-31`. */
export function day(milliseconds: number): string {
  return new Date(Math.round(milliseconds)).toISOString().slice(0, 10);
}
