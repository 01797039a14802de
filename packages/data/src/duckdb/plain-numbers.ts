import { sortNumbers } from "../profile/sort-numbers.ts";
import { sortWholeNumbers } from "../profile/sort-whole-numbers.ts";
import { summarizeSorted } from "../profile/summarize-numbers.ts";
import type { ColumnProfile, NumberSummary } from "../profile/table-profile.ts";
import { COMPACT, type CompactRows } from "./compact-rows.ts";
import type { DuckDb } from "./open-duckdb.ts";
import type { PlainForm, WholeUnit } from "./plain-forms.ts";

const FREQUENT = 10;

/** What the values of a column say that are written in its form. */
export interface PlainNumbers extends Pick<ColumnProfile, "distinct" | "frequent"> {
  /** Rows with a number. */
  readonly rows: number;
  readonly numbers?: NumberSummary;
}

/** What a column says that is written in one form. Numbers that mostly differ come as they stand, others counted. */
export async function plainNumbers(
  { value, database, forms }: CompactRows,
  { place, form }: { readonly place: number; readonly form: PlainForm },
): Promise<PlainNumbers> {
  const filled = `FROM ${COMPACT} WHERE ${value(place)} IS NOT NULL`;
  const numbers = `SELECT ${form.number(value(place))} AS x ${filled}`;
  if (forms.varied.has(place)) {
    const range = await wholeRange(database, { form, value: value(place) });
    if (range !== undefined) return summarize(await sortedUnits(database, { numbers, ...range }), form);
    const [values] = await database.numbers(numbers);
    return summarize(sortNumbers(values!), form);
  }
  const [values, rows] = await database.numbers(`SELECT x, count(*)::DOUBLE FROM (${numbers}) GROUP BY x ORDER BY x`);
  return summarize(repeated(values!, rows!), form);
}

/** The least and the greatest number of a column. */
interface WholeRange {
  readonly unit: WholeUnit;
  /** In the unit. */
  readonly low: number;
  /** Of so many units. */
  readonly span: number;
}

/** Where all numbers are whole in a unit, and the distance of any from the least one has at most 32 bits; so it is of most columns. */
async function wholeRange(
  database: DuckDb,
  { form: { unit, number }, value }: { readonly form: PlainForm; readonly value: string },
): Promise<WholeRange | undefined> {
  if (unit === undefined) return undefined;
  const ends = ["min", "max"].map((end) => `coalesce(${number(`${end}(${value})`)}, 0)`);
  const [low, high] = (await database.numbers(`SELECT ${ends.join(", ")} FROM ${COMPACT}`)).map((of) =>
    Math.round((of[0]! * unit.times) / unit.over),
  ) as [number, number];
  return high - low < 2 ** 32 ? { unit, low, span: high - low } : undefined;
}

/** Sorts by the distance from the least number; what comes back is nearest to what was written. */
async function sortedUnits(
  database: DuckDb,
  { numbers, unit: { times, over }, low, span }: WholeRange & { readonly numbers: string },
): Promise<Float64Array> {
  const distance = `(round(x * ${times} / ${over}) - (${low}))::UINTEGER`;
  const sorted = sortWholeNumbers(await database.wholeNumbers(`SELECT ${distance} FROM (${numbers})`), span);
  const values = new Float64Array(sorted.length);
  for (let i = 0; i < values.length; i++) values[i] = ((sorted[i]! + low) * over) / times;
  return values;
}

/** Each number as often as it has rows. */
function repeated(values: Float64Array, rows: Float64Array): Float64Array {
  const all = new Float64Array(rows.reduce((sum, count) => sum + count, 0));
  for (let i = 0, from = 0; i < values.length; i++) {
    all.fill(values[i]!, from, from + rows[i]!);
    from += rows[i]!;
  }
  return all;
}

function summarize(sorted: Float64Array, form: PlainForm): PlainNumbers {
  const most = new MostFrequent(form);
  let distinct = 0;
  let from = 0;
  let number = sorted[0]!;
  for (let at = 1; at <= sorted.length; at++) {
    const next = sorted[at]!;
    if (next === number) continue;
    distinct++;
    if (at - from >= most.least) most.add(number, at - from);
    from = at;
    number = next;
  }
  const numbers = sorted.length === 0 ? undefined : summarizeSorted(sorted);
  return { rows: sorted.length, distinct, frequent: most.values, ...(numbers === undefined ? {} : { numbers }) };
}

/** The values with the most rows; of equally many the first in the order of their texts. */
class MostFrequent {
  readonly #form: PlainForm;
  readonly #values: { readonly value: string; readonly rows: number }[] = [];
  /** Fewer rows than these are too few. */
  least = 0;

  constructor(form: PlainForm) {
    this.#form = form;
  }

  add(number: number, rows: number): void {
    const value = this.#form.text(number);
    const after = this.#values.findIndex((each) => each.rows < rows || (each.rows === rows && value < each.value));
    if (after < 0 && this.#values.length === FREQUENT) return;
    this.#values.splice(after < 0 ? this.#values.length : after, 0, { value, rows });
    if (this.#values.length > FREQUENT) this.#values.pop();
    if (this.#values.length === FREQUENT) this.least = this.#values.at(-1)!.rows;
  }

  get values(): readonly { readonly value: string; readonly rows: number }[] {
    return this.#values;
  }
}
