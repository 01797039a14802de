import { type CellValue, mostFrequent } from "../frames/column-cells.ts";
import { DATE_SPELLINGS, readDate } from "../frames/date-spellings.ts";
import { FITTING_SHARE, guessKind, type KindGuess, whyNothingElse, whyNumber } from "../frames/guess-kind.ts";
import { isMissingWord } from "../frames/missing-words.ts";
import { commonUnit, NUMBER_SPELLINGS, readNumber } from "../frames/number-spellings.ts";
import { isMojibake } from "../profile/mojibake.ts";
import { quantilesOf, summarizeNumbers } from "../profile/summarize-numbers.ts";
import type { ColumnProfile, NumberSummary, TextSummary } from "../profile/table-profile.ts";
import { type CellCount, type CountedCells, countCells } from "./counted-cells.ts";
import { quotedText } from "./open-duckdb.ts";
import type { PlainForm } from "./plain-forms.ts";
import type { PlainNumbers } from "./plain-numbers.ts";
import type { ValueGroups } from "./value-groups.ts";

/** Different values of a column up to which all of them are looked at here, one by one, as a frame does. */
export const FEW_VALUES = 20_000;
/** Where there are more, about so many decide what they are taken for. */
const SAMPLE = 10_000;
const FREQUENT = 10;
/** Missing values have at most so many spellings; those are not among the most frequent values. */
const MISSING_SPELLINGS = 100;

const NONE = new Float64Array();

/** What is known of a column but its name, and where values that do not fit stand. */
export interface ColumnValues extends Omit<ColumnProfile, "name" | "unfit"> {
  /** Values that its kind cannot be, and their rows. */
  readonly unfit: readonly CellCount[];
  /** Rows without a cell count as one. */
  readonly missingWords: number;
  readonly hasSpaces: boolean;
  /** Whether a text stands for a missing value. */
  readonly hasWords: boolean;
  /** Of numbers and dates. */
  readonly reading?: CellReading;
}

/** How cells become numbers or milliseconds since 1970. */
export interface CellReading {
  /** Whether a cast of DuckDB reads all values, and nothing else. */
  readonly isPlain: boolean;
  /** Whether all numbers are whole, or all dates days. */
  readonly isWhole: boolean;
  readonly read: (text: string) => number | undefined;
}

/** Of what kinds the cells of a column are besides texts. */
interface CellKinds {
  readonly isTyped: boolean;
  readonly isStructured: boolean;
}

/** Says of a column what its different cells say. */
export async function columnValues(groups: ValueGroups, kinds: CellKinds): Promise<ColumnValues> {
  const { values, empty } = groups.counts;
  if (values <= FEW_VALUES) return fewValues(await groups.cells(), { kinds, empty });
  const sample = countCells(await groups.cells(`hash(v) % ${Math.ceil(values / SAMPLE)} = 0`), kinds);
  const guess = guessKind(sample);
  if (guess.kind === "number" || guess.kind === "date") {
    const found = await manyNumbers(groups, { guess, sample, empty });
    // The sample was no good one.
    return found ?? fewValues(await groups.cells(), { kinds, empty });
  }
  return manyTexts(groups, { guess, sample, empty });
}

/** How values become numbers, and which of them DuckDB can read by itself. */
interface Reading {
  readonly read: (text: string) => number | undefined;
  /** Cells that are written as most programs write them; SQL. */
  readonly isPlain: string;
  /** Their number; SQL. */
  readonly plain: string;
}

/** The digits of a plain number: fewer than make a double that is not finite. */
const PLAIN_NUMBER = String.raw`-?\d{1,30}(\.\d{1,30})?`;
const PLAIN_DATE = String.raw`\d{4}-\d\d-\d\d([ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d)?`;

function readingOf({ kind, spelling }: KindGuess, sample: CountedCells): Reading {
  if (kind === "number") {
    const number = NUMBER_SPELLINGS.find((each) => each === spelling) ?? "1234.5";
    const unit = commonUnit(sample.values);
    const isPlain = unit === "" && number === "1234.5" ? `regexp_full_match(v, ${quotedText(PLAIN_NUMBER)})` : "false";
    const read = (text: string) => {
      const found = readNumber(text, number);
      return found?.unit === unit ? found.value : undefined;
    };
    return { read, isPlain, plain: "v::DOUBLE" };
  }
  const date = DATE_SPELLINGS.find((each) => each === spelling)!;
  const isIso = `regexp_full_match(v, ${quotedText(PLAIN_DATE)}) AND TRY_CAST(v AS TIMESTAMP) IS NOT NULL`;
  return {
    read: (text) => readDate(text, date),
    isPlain: date === "2026-01-31" ? isIso : "false",
    plain: "epoch_ms(v::TIMESTAMP)::DOUBLE",
  };
}

/**
 * Of a column that is written in one form, by its numbers and the cells that are not written so; `undefined` where one of those would be
 * a number too.
 *
 * @param rows Of the table.
 */
export function plainValues(
  { rows: fits, distinct, frequent, numbers: summary }: PlainNumbers,
  { form, odd, rows }: { readonly form: PlainForm; readonly odd: readonly CellCount[]; readonly rows: number },
): ColumnValues | undefined {
  if (odd.length > FEW_VALUES) return undefined;
  const counted = countCells(odd, { isTyped: false, isStructured: false });
  const unfitRows = counted.filled;
  if (fits < FITTING_SHARE * (fits + unfitRows)) return undefined;
  const isNumber = ({ text }: { readonly text: string }) =>
    form.kind === "number" ? readNumber(text, "1234.5") !== undefined : readDate(text, "2026-01-31") !== undefined;
  if (counted.values.some(isNumber)) return undefined;
  const empty = rows - fits - unfitRows - counted.missing;
  const unfit = counted.values.map(({ text, rows: count }): CellCount => [text, count]);
  return {
    kind: form.kind,
    why:
      form.kind === "number"
        ? whyNumber(fits / (fits + unfitRows), { unit: "", spelling: "1234.5" })
        : "dates, written as 2026-01-31",
    missing: counted.missing + empty,
    missingWords: counted.missingWords + Number(empty > 0),
    hasWords: counted.missingWords > 0,
    hasSpaces: odd.some(([text]) => text.trim() !== text),
    distinct: distinct + unfit.length,
    frequent: mostFrequent(
      [...frequent.map(({ value, rows: count }) => cellValue(value, count)), ...counted.values],
      FREQUENT,
    ),
    unfit,
    reading: {
      isPlain: unfit.length === 0,
      isWhole: form.isWhole,
      read: (text) => (form.kind === "number" ? readNumber(text, "1234.5")?.value : readDate(text, "2026-01-31")),
    },
    ...(summary === undefined ? {} : { numbers: summary }),
  };
}

function cellValue(text: string, rows: number): CellValue {
  return { text, rows, first: 0, isStructured: false };
}

const DAY = 86_400_000;

export function isWholeDay(milliseconds: number): boolean {
  return milliseconds % DAY === 0;
}

const IS_WHOLE = { number: Number.isSafeInteger, date: isWholeDay } as const;

/** All values at once, as a frame looks at them. */
function fewValues(
  cells: readonly CellCount[],
  { kinds, empty }: { readonly kinds: CellKinds; readonly empty: number },
): ColumnValues {
  const counted = countCells(cells, kinds);
  const guess = guessKind(counted);
  const { values, filled } = counted;
  const common = {
    kind: guess.kind,
    why: guess.why,
    missing: counted.missing + empty,
    missingWords: counted.missingWords + Number(empty > 0),
    hasWords: counted.missingWords > 0,
    hasSpaces: cells.some(([text]) => text.trim() !== text),
    distinct: values.length,
    frequent: mostFrequent(values, FREQUENT),
  };
  if (guess.kind === "number" || guess.kind === "date") {
    const { read } = readingOf(guess, counted);
    const plain = guess.kind === "number" ? PLAIN_NUMBER : PLAIN_DATE;
    const isPlain = values.every(({ text }) => new RegExp(`^${plain}$`).test(text) && read(text) !== undefined);
    const numbers = values.map(({ text, isStructured }) => (isStructured ? undefined : read(text)));
    const unfit = values.flatMap(({ text, rows }, i): CellCount[] => (numbers[i] === undefined ? [[text, rows]] : []));
    const fits = values.flatMap(({ rows }, i) => (numbers[i] === undefined ? [] : [[numbers[i], rows] as const]));
    const isWhole = IS_WHOLE[guess.kind];
    const reading = { isPlain, isWhole: fits.every(([number]) => isWhole(number)), read };
    return { ...common, unfit, reading, ...numbersOf(repeated(fits, filled)) };
  }
  if (guess.kind === "category") {
    return { ...common, unfit: values.flatMap(({ text, rows, isStructured }) => (isStructured ? [[text, rows]] : [])) };
  }
  const lengths = values.map(({ text, rows }) => [codePoints(text), rows] as const);
  const mojibake = values.reduce((sum, { text, rows }) => sum + (isMojibake(text) ? rows : 0), 0);
  return { ...common, unfit: [], texts: textsOf(lengths, mojibake) };
}

/** `undefined` where fewer values are of the kind than such a kind has. */
async function manyNumbers(
  groups: ValueGroups,
  { guess, sample, empty }: { readonly guess: KindGuess; readonly sample: CountedCells; readonly empty: number },
): Promise<ColumnValues | undefined> {
  const { read, isPlain, plain } = readingOf(guess, sample);
  await groups.gather();
  let others = await groups.cells(`NOT (${isPlain})`);
  const hasSpaces = others.some(([text]) => text.trim() !== text) && (await groups.trim());
  if (hasSpaces) others = await groups.cells(`NOT (${isPlain})`);
  const [values = NONE, rows = NONE] = await groups.numbers(`SELECT ${plain}, n::DOUBLE FROM ${groups.sql(isPlain)}`);
  const fits: [number, number][] = [];
  const unfit: CellCount[] = [];
  let [missing, missingWords, distinct, filled] = [empty, Number(empty > 0), values.length, 0];
  for (let i = 0; i < rows.length; i++) filled += rows[i]!;
  for (const [text, count] of others) {
    if (isMissingWord(text)) {
      missing += count;
      missingWords++;
      continue;
    }
    const number = read(text);
    distinct++;
    filled += count;
    if (number === undefined) unfit.push([text, count]);
    else fits.push([number, count]);
  }
  const unfitRows = unfit.reduce((sum, [, count]) => sum + count, 0);
  if (filled - unfitRows < FITTING_SHARE * filled) return undefined;
  const all = repeated(joined(values, rows, fits), filled - unfitRows);
  const spelling = NUMBER_SPELLINGS.find((each) => each === guess.spelling);
  const why =
    spelling === undefined
      ? guess.why
      : whyNumber((filled - unfitRows) / filled, { unit: commonUnit(sample.values), spelling });
  return {
    kind: guess.kind,
    why,
    missing,
    missingWords,
    hasWords: missingWords > Number(empty > 0),
    hasSpaces,
    distinct,
    frequent: await frequentOf(groups),
    unfit,
    reading: {
      isPlain: fits.length + unfit.length === 0,
      isWhole: all.every(IS_WHOLE[guess.kind as keyof typeof IS_WHOLE]),
      read,
    },
    ...numbersOf(all),
  };
}

async function manyTexts(
  groups: ValueGroups,
  { guess, sample, empty }: { readonly guess: KindGuess; readonly sample: CountedCells; readonly empty: number },
): Promise<ColumnValues> {
  const hasSpaces = await groups.trim();
  const { values, empty: blank } = groups.counts;
  // The longest missing word has six characters.
  const words = (await groups.cells("strlen(v) <= 18 AND length(v) <= 6")).filter(([text]) => isMissingWord(text));
  const missing = (hasSpaces ? blank : empty) + words.reduce((sum, [, rows]) => sum + rows, 0);
  const distinct = values - words.length;
  const common = {
    kind: guess.kind,
    why: guess.why === whyNothingElse(sample.values.length) ? whyNothingElse(distinct) : guess.why,
    missing,
    missingWords: words.length + Number(empty > 0),
    hasWords: words.length > 0 || blank > empty,
    hasSpaces,
    distinct,
    frequent: await frequentOf(groups),
    unfit: [],
  };
  if (guess.kind !== "text") return common;
  const lengths = (await groups.all(
    `SELECT length(v)::DOUBLE, sum(n)::DOUBLE FROM ${groups.sql()} GROUP BY ALL`,
  )) as unknown as [number, number][];
  const byLength = new Map(lengths);
  for (const [text, rows] of words) byLength.set(codePoints(text), byLength.get(codePoints(text))! - rows);
  const likely = await groups.cells(String.raw`strlen(v) > length(v) AND regexp_matches(v, '[\x{c2}-\x{f4}\x{fffd}]')`);
  const mojibake = likely.reduce((sum, [text, rows]) => sum + (isMojibake(text) ? rows : 0), 0);
  return { ...common, texts: textsOf([...byLength], mojibake) };
}

/** The most frequent values, of which as many may be missing words as there are spellings of them. */
async function frequentOf(groups: ValueGroups): Promise<ColumnProfile["frequent"]> {
  const top = await groups.mostFrequent(FREQUENT + MISSING_SPELLINGS);
  return top
    .filter(([text]) => !isMissingWord(text))
    .slice(0, FREQUENT)
    .map(([value, rows]) => ({ value, rows }));
}

function numbersOf(values: Float64Array): { numbers?: NumberSummary } {
  const numbers = summarizeNumbers(values);
  return numbers === undefined ? {} : { numbers };
}

/** @param counts Lengths with their rows. */
function textsOf(counts: readonly (readonly [number, number])[], mojibake: number): TextSummary {
  const filled = counts.reduce((sum, [, rows]) => sum + rows, 0);
  const lengths = repeated(
    counts.toSorted(([a], [b]) => a - b),
    filled,
  );
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  return { length: { mean, min: lengths[0]!, max: lengths.at(-1)!, quantiles: quantilesOf(lengths) }, mojibake };
}

/** Each number as often as it has rows. */
function repeated(counts: Iterable<readonly [number, number]>, total: number): Float64Array {
  const all = new Float64Array(total);
  let at = 0;
  for (const [value, rows] of counts) {
    all.fill(value, at, at + rows);
    at += rows;
  }
  return all.subarray(0, at);
}

/** Numbers with their rows, of two lists and of one of pairs. */
function* joined(
  values: Float64Array,
  rows: Float64Array,
  others: readonly (readonly [number, number])[],
): Generator<readonly [number, number]> {
  for (let i = 0; i < values.length; i++) yield [values[i]!, rows[i]!];
  yield* others;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
