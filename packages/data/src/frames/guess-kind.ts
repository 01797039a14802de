import { type CellValue, type ColumnCells, rowsWhere } from "./column-cells.ts";
import { DATE_SPELLINGS, type DateSpelling, readDate } from "./date-spellings.ts";
import type { ColumnKind } from "./frame.ts";
import { commonUnit, NUMBER_SPELLINGS, type NumberSpelling, readNumber } from "./number-spellings.ts";

/** What a column was taken for, and why. */
export interface KindGuess {
  readonly kind: ColumnKind;
  /** One line. */
  readonly why: string;
  readonly spelling?: NumberSpelling | DateSpelling;
  /** What the values do not tell: how else they could be read, and which way was taken. */
  readonly doubt?: string;
}

/** A kind is guessed where at least this share of the filled rows fits it. */
export const FITTING_SHARE = 0.95;
/** A spelling is tried on all values where half of so many fit it. */
const LOOKED_AT = 200;
/** So few different values that repeat are categories, whatever they say. */
const FEW = 20;
const FEW_SHARE = 0.5;
/** With more rows, categories may be more. */
const CATEGORY_SHARE = 0.1;
const MOST_CATEGORIES = 10_000;
/** Words, or characters of scripts without spaces, that a text has on average. */
const TEXT_WORDS = 2.5;
const SPACELESS_CHARACTERS = 6;
const LONG_TEXT = 100;
const SPACELESS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu;

/** The different values of a column, each with its rows: all that a guess needs. */
export type CountedValues = Pick<ColumnCells, "values" | "filled" | "typedNumbers">;

type Rule = (cells: CountedValues) => KindGuess | undefined;

/** In the order in which they are asked. */
const RULES: readonly Rule[] = [emptyColumn, codes, dates, numbers, categories, texts];

/** Guesses what the values of a column are. */
export function guessKind(cells: CountedValues): KindGuess {
  for (const rule of RULES) {
    const guess = rule(cells);
    if (guess !== undefined) return guess;
  }
  return { kind: "category", why: whyNothingElse(cells.values.length) };
}

export function whyNothingElse(distinct: number): string {
  return `${distinct} different values, few of which repeat`;
}

function emptyColumn({ filled }: CountedValues): KindGuess | undefined {
  return filled === 0 ? { kind: "category", why: "no row has a value" } : undefined;
}

function codes({ values, typedNumbers }: CountedValues): KindGuess | undefined {
  const code = typedNumbers > 0 ? undefined : values.find(({ text }) => /^0\d+$/.test(text));
  if (code === undefined || !values.every(({ text }) => /^\d+$/.test(text))) return undefined;
  return { kind: "category", why: `codes: "${code.text}" begins with 0, which a number would lose` };
}

/** The spellings by which most rows are read, in the order of their table. */
function bestSpellings<S extends string>(
  { values, filled }: CountedValues,
  spellings: readonly S[],
  fits: (value: CellValue, spelling: S) => boolean,
): readonly S[] {
  const stride = Math.ceil(values.length / LOOKED_AT);
  const some = values.filter((_, place) => place % stride === 0);
  const likely = spellings.filter(
    (spelling) => 2 * some.filter((value) => fits(value, spelling)).length >= some.length,
  );
  const counts = likely.map((spelling) => rowsWhere(values, (value) => fits(value, spelling)));
  const most = Math.max(0, ...counts);
  if (most < FITTING_SHARE * filled) return [];
  return likely.filter((_, i) => counts[i] === most);
}

/** Whether two readings of a column differ in some value. */
function differ(values: readonly CellValue[], one: (text: string) => unknown, other: (text: string) => unknown) {
  return values.find(({ text }) => one(text) !== other(text))?.text;
}

function dates(cells: CountedValues): KindGuess | undefined {
  if (cells.typedNumbers > 0) return undefined;
  const [spelling, ...others] = bestSpellings(
    cells,
    DATE_SPELLINGS,
    ({ text }, each) => readDate(text, each) !== undefined,
  );
  if (spelling === undefined || (spelling === "20260131" && cells.values.some(({ text }) => !isLikelyYear(text))))
    return undefined;
  for (const other of others) {
    const value = differ(
      cells.values,
      (text) => readDate(text, spelling),
      (text) => readDate(text, other),
    );
    if (value === undefined) continue;
    const doubt = `"${value}" may be written as ${spelling} or as ${other}; name its spelling`;
    return { ...(categories(cells) ?? { kind: "category", why: "dates that can be read in two ways" }), doubt };
  }
  return { kind: "date", spelling, why: `dates, written as ${spelling}` };
}

function isLikelyYear(text: string): boolean {
  const year = Number(text.slice(0, 4));
  return year >= 1900 && year < 2100;
}

/** Numbers with one unit; the spelling is told from the whole column. */
function numbers(cells: CountedValues): KindGuess | undefined {
  const { values, filled, typedNumbers } = cells;
  const unit = commonUnit(values);
  const fits = ({ text, isStructured }: CellValue, each: NumberSpelling) =>
    !isStructured && readNumber(text, each)?.unit === unit;
  const [spelling, ...others] = bestSpellings(cells, NUMBER_SPELLINGS, fits);
  if (spelling === undefined) return undefined;
  const why = whyNumber(rowsWhere(values, (value) => fits(value, spelling)) / filled, { unit, spelling });
  const valueIn = (each: NumberSpelling) => (text: string) => readNumber(text, each)?.value;
  for (const other of typedNumbers === filled ? [] : others) {
    const value = differ(values, valueIn(spelling), valueIn(other));
    if (value === undefined) continue;
    const doubt = `"${value}" may be ${valueIn(spelling)(value)} or ${valueIn(other)(value)}; taken for the first (${spelling})`;
    return { kind: "number", spelling, why, doubt };
  }
  return { kind: "number", spelling, why };
}

/** @param share Of the filled rows that are numbers. */
export function whyNumber(
  share: number,
  { unit, spelling }: { readonly unit: string; readonly spelling: NumberSpelling },
): string {
  const written = spelling === "1234.5" ? "" : `, written as ${spelling}`;
  return `${percent(share)} are numbers${unit === "" ? "" : ` with ${unit}`}${written}`;
}

function categories({ values, filled }: CountedValues): KindGuess | undefined {
  const distinct = values.length;
  const isFew = distinct <= FEW && distinct <= FEW_SHARE * filled;
  const areCategories = distinct <= MOST_CATEGORIES && distinct <= CATEGORY_SHARE * filled;
  const characters = values.reduce((sum, { text, rows }) => sum + text.length * rows, 0) / filled;
  if ((!isFew && !areCategories) || characters > LONG_TEXT) return undefined;
  return { kind: "category", why: `${distinct} different ${distinct === 1 ? "value" : "values"} in ${filled} rows` };
}

function texts({ values, filled }: CountedValues): KindGuess | undefined {
  let [words, spaceless] = [0, 0];
  for (const { text, rows } of values) {
    words += rows * text.split(/\s+/).length;
    spaceless += rows * (text.match(SPACELESS)?.length ?? 0);
  }
  const [meanWords, meanSpaceless] = [words / filled, spaceless / filled];
  if (meanWords >= TEXT_WORDS)
    return { kind: "text", why: `${meanWords.toFixed(1)} words on average, mostly different` };
  if (meanSpaceless < SPACELESS_CHARACTERS) return undefined;
  return { kind: "text", why: `${meanSpaceless.toFixed(1)} characters on average, mostly different` };
}

function percent(share: number): string {
  return share === 1 ? "all" : `${Math.floor(share * 1000) / 10} %`;
}
