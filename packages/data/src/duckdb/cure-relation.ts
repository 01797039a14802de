import { type ColumnCures, type Cures, ModelwrightError } from "@modelwright/contracts";
import { type TextCures, withLanguage } from "../cures/text-cures.ts";
import type { ColumnKind } from "../frames/frame.ts";
import { isMissingWord } from "../frames/missing-words.ts";
import type { ColumnProfile } from "../profile/table-profile.ts";
import { isWholeDay } from "./column-values.ts";
import { COMPACT } from "./compact-rows.ts";
import { fenceOf, type Statistics, statisticsOf } from "./cure-statistics.ts";
import type { CureStep } from "./cure-step.ts";
import { type CuredColumn, readCells } from "./cured-cells.ts";
import { type FilledValues, fillValues, isFilled } from "./filled-values.ts";
import { dropOddRows, type IsolateRows } from "./odd-rows.ts";
import { quotedName, quotedText } from "./open-duckdb.ts";
import type { RelationProfile } from "./profile-relation.ts";
import { dropRepeatedRows } from "./repeated-rows.ts";
import { rereadColumns } from "./reread-columns.ts";

/** A relation whose rows are cured. */
export interface CuredRelation {
  /** A query: the columns under their names, of their types, the part of ten that the row is in as it was read under `part`, and its number under `r`. */
  readonly from: string;
  /** Of the columns, as they stand behind SELECT. */
  readonly columns: string;
  /** The same for formats that have only texts: whole numbers without a fraction. */
  readonly texts: string;
  /** What stands at the end of a query, so that rows keep their order; empty where they do by themselves. */
  readonly order: string;
  readonly steps: readonly CureStep[];
}

export interface CureOptions {
  readonly cures: Cures;
  /** Tells odd rows apart. Needed where odd rows leave. */
  readonly isolate?: IsolateRows | undefined;
  /** Told what is done, where that takes a while. */
  readonly onProgress?: ((line: string) => void) | undefined;
}

type KindOfCures = "numbers" | "dates" | "categories" | "texts";
const CURES_OF: Readonly<Record<ColumnKind, KindOfCures>> = {
  number: "numbers",
  date: "dates",
  category: "categories",
  text: "texts",
};
const IS_ORDERED: Readonly<Record<ColumnKind, boolean>> = { number: true, date: true, category: false, text: false };

/**
 * Cures the rows of a relation. Copies leave first, then odd rows; statistics are those of the other rows, as they were read. Then values are
 * treated: texts, what lies far off, what is missing. Rows that must leave for a value leave last.
 *
 * @throws {ModelwrightError} `DATA_CURE_UNFIT` for a cure that the kind of a column cannot have, or of a column that the table has
 *   not.
 */
export async function cureRelation(
  read: RelationProfile,
  { cures, isolate, onProgress }: CureOptions,
): Promise<CuredRelation> {
  const { rows } = read;
  for (const column of Object.keys(cures.columns)) {
    if (rows.columns.includes(column)) continue;
    const rule = `must name a column of ${rows.name}, which has ${rows.columns.join(", ")}`;
    throw new ModelwrightError("DATA_CURE_UNFIT", { cure: `columns.${column}`, rule });
  }
  const steps: CureStep[] = [];
  const { duplicates } = read.profile;
  if (cures.duplicates === "drop")
    steps.push({ cure: "duplicates", detail: "repeat an earlier row, dropped", rows: duplicates });
  if (cures.duplicates === "drop" && duplicates > 0) await dropRepeatedRows(rows);
  const { found, steps: reread } = await rereadColumns(read, cures);
  steps.push(...reread);
  const chosen = found.profile.columns.map((column) => {
    const own = cures.columns[column.name];
    check(column, own ?? {});
    return own ?? applicable(column, cures[CURES_OF[column.kind]] ?? {});
  });
  const cells = await readCells(found, await withLanguages(found, chosen));
  if (cures.rows.outliers !== undefined) {
    const { share } = cures.rows.outliers;
    const dropped = await dropOddRows(rows.database, cells, { share, isolate });
    const detail = `the ${shown(100 * share, "number")} % that an isolation forest finds oddest, dropped`;
    steps.push({ cure: "outliers", detail, rows: dropped });
  }
  const statistics = await statisticsOf(rows.database, cells);
  const filled = await fillValues(rows.database, cells, onProgress);
  const treated = cells.columns.map((column) =>
    treat(column, { statistics: statistics.get(column.place), filled: filled.get(column.place) }),
  );
  steps.push(...treated.flatMap((column) => column.steps));
  const conditions = treated.flatMap(({ keeps }) => keeps);
  const values = treated.map(({ value, place }) => `${value} AS x${place}`).join(", ");
  const joins = [...filled.values()].map(({ table }) => ` LEFT JOIN ${table} ON ${table}.filled_row = r`).join("");
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  return {
    from: `(SELECT ${values}, part, r FROM (${cells.sql})${joins}${where})`,
    columns: treated.map(({ place, name }) => `x${place} AS ${name}`).join(", "),
    texts: treated.map(({ text, name }) => `${text} AS ${name}`).join(", "),
    order: cells.isInOrder && filled.size === 0 && !treated.some(({ looksAround }) => looksAround) ? "" : " ORDER BY r",
    steps,
  };
}

/** Texts by which the language of a column is told. */
const LANGUAGE_SAMPLE = 2000;

/** The cures of each column, with the language of stop words where it is not given. */
async function withLanguages(
  { profile, rows: { database, cell } }: RelationProfile,
  chosen: readonly ColumnCures[],
): Promise<ColumnCures[]> {
  const all: ColumnCures[] = [];
  for (const [place, { text = [], ...others }] of chosen.entries()) {
    if (!text.includes("stop-words") || others.language !== undefined) {
      all.push(chosen[place]!);
      continue;
    }
    const different = `SELECT DISTINCT ${cell(place)} AS cell FROM ${COMPACT} WHERE ${cell(place)} IS NOT NULL`;
    const texts: string[] = [];
    for await (const batch of database.rows(
      `SELECT cell FROM (${different}) ORDER BY hash(cell) LIMIT ${LANGUAGE_SAMPLE}`,
    ))
      texts.push(...batch.map(([each]) => String(each)));
    const where = `columns.${profile.columns[place]!.name}`;
    all.push({ ...others, ...withLanguage({ text }, { texts, where }) } as ColumnCures);
  }
  return all;
}

/** What of the cures of a kind is for this column: none where there is nothing to learn from. */
function applicable(column: ColumnProfile, cures: ColumnCures): ColumnCures {
  return column.distinct === 0 ? {} : cures;
}

function check({ name, kind, distinct }: ColumnProfile, { missing, outliers, text }: ColumnCures): void {
  const refuse = (cure: string, rule: string) => {
    throw new ModelwrightError("DATA_CURE_UNFIT", { cure: `columns.${name}.${cure}`, rule });
  };
  const isOrdered = IS_ORDERED[kind];
  if (outliers !== undefined && !isOrdered) refuse("outliers", `is for numbers and dates; "${name}" is a ${kind}`);
  if (text !== undefined && isOrdered) refuse("text", `is for texts and categories; "${name}" is a ${kind}`);
  if ((missing === "mean" || missing === "median" || missing === "interpolate") && !isOrdered)
    refuse("missing", `${missing} is for numbers and dates; "${name}" is a ${kind}, for which there is mode`);
  if (missing !== undefined && isFilled(missing) && kind === "text")
    refuse("missing", `${nameOf(missing)} is for numbers, dates and categories; "${name}" is a ${kind}`);
  if (isConstant(missing)) {
    const { constant } = missing;
    if (kind === "number" && typeof constant !== "number")
      refuse("missing.constant", "must be a number, as the column");
    if (kind === "date" && (typeof constant !== "string" || Number.isNaN(Date.parse(constant))))
      refuse("missing.constant", "must be a date such as 2026-01-31, as the column");
    if (!isOrdered && isMissingWord(String(constant).trim()))
      refuse("missing.constant", "must not be a word for nothing");
  }
  if (outliers?.cure === "interpolate" && missing === "forward-fill")
    refuse("outliers.cure", "interpolate goes with missing: interpolate, not with forward-fill");
  if (distinct === 0 && missing !== undefined && missing !== "drop" && !isConstant(missing))
    refuse("missing", `${nameOf(missing)} needs a value; no row of "${name}" has one`);
}

type Missing = ColumnCures["missing"];

function isConstant(missing: Missing): missing is Extract<Missing, { readonly constant: unknown }> {
  return typeof missing === "object" && "constant" in missing;
}

function nameOf(missing: NonNullable<Missing>): string {
  return typeof missing === "object" ? Object.keys(missing).join("") : missing;
}

/** A column with what is done to it. */
interface TreatedColumn {
  readonly place: number;
  /** Its name, quoted. */
  readonly name: string;
  readonly value: string;
  /** Its value as a text, of the query of all values. */
  readonly text: string;
  /** Whether the value may come from other rows. */
  readonly looksAround: boolean;
  /** What must hold of a row that stays. */
  readonly keeps: readonly string[];
  readonly steps: readonly CureStep[];
}

function treat(
  { place, column, chosen, isWhole }: CuredColumn,
  { statistics, filled }: { readonly statistics: Statistics | undefined; readonly filled: FilledValues | undefined },
): TreatedColumn {
  const { name, kind } = column;
  const { outliers, text, language } = chosen;
  const missing = (statistics?.missing ?? 0) === 0 ? undefined : chosen.missing;
  const steps: CureStep[] = [];
  const keeps: string[] = [];
  let value = `v${place}`;
  let isStillWhole = isWhole;
  if (text !== undefined)
    steps.push({ column: name, cure: "text", detail: textDetail({ text, language }), rows: statistics!.changed });
  if (outliers !== undefined && statistics!.outside > 0) {
    const { low, high } = fenceOf(outliers, statistics!);
    const sql = (bound: number) => literal(bound, kind);
    const detail = `${OUTSIDE[outliers.cure]} outside ${shown(low, kind)} … ${shown(high, kind)}`;
    steps.push({ column: name, cure: "outliers", detail, rows: statistics!.outside });
    if (outliers.cure === "interpolate") {
      const inside = `CASE WHEN ${value} BETWEEN ${sql(low)} AND ${sql(high)} THEN ${value} END`;
      // A value that is missing is another cure's, unless it is the same.
      value =
        missing === "interpolate"
          ? interpolated(inside, kind)
          : `CASE WHEN ${value} IS NOT NULL THEN ${interpolated(inside, kind)} END`;
      isStillWhole &&= kind === "date";
    } else if (outliers.cure === "drop")
      keeps.push(`(${value} IS NULL OR ${value} BETWEEN ${sql(low)} AND ${sql(high)})`);
    else {
      value = `CASE WHEN ${value} < ${sql(low)} THEN ${sql(low)} WHEN ${value} > ${sql(high)} THEN ${sql(high)} ELSE ${value} END`;
      isStillWhole &&= isWholeOf(low, kind) && isWholeOf(high, kind);
    }
  }
  if (missing === "drop") {
    keeps.push(`v${place} IS NOT NULL`);
    steps.push({ column: name, cure: "missing", detail: "dropped", rows: statistics!.missing });
  } else if (missing === "interpolate") {
    const isDone = outliers?.cure === "interpolate" && statistics!.outside > 0;
    if (!isDone) value = interpolated(value, kind);
    isStillWhole &&= kind === "date";
    steps.push({ column: name, cure: "missing", detail: "between the values around", rows: statistics!.missing });
  } else if (missing === "forward-fill") {
    value = `coalesce(${value}, last_value(${value} IGNORE NULLS) OVER (ORDER BY r))`;
    steps.push({ column: name, cure: "missing", detail: "the value of the row above", rows: statistics!.missing });
  } else if (missing !== undefined && filled !== undefined) {
    const told = `${filled.table}.value`;
    value = `coalesce(${value}, ${kind === "date" ? `make_timestamp((${told} * 1000)::BIGINT)` : told})`;
    isStillWhole &&= filled.isWhole;
    steps.push({ column: name, cure: "missing", detail: filled.detail, rows: statistics!.missing });
  } else if (missing !== undefined) {
    const put = isConstant(missing) ? constantOf(missing.constant, kind) : statistics!.put!;
    value = `coalesce(${value}, ${literal(put, kind)})`;
    isStillWhole &&= isWholeOf(put, kind);
    const what = isConstant(missing) ? "constant" : missing;
    steps.push({ column: name, cure: "missing", detail: `${what} ${shown(put, kind)}`, rows: statistics!.missing });
  }
  const type = isStillWhole ? WHOLE_TYPES[kind] : undefined;
  if (type !== undefined) value = `(${value})::${type}`;
  const written = kind === "number" && !isStillWhole ? `regexp_replace(x${place}::VARCHAR, '\\.0$', '')` : `x${place}`;
  return { place, name: quotedName(name), value, text: written, looksAround: value.includes(" OVER "), keeps, steps };
}

function textDetail({ text, language = [] }: TextCures): string {
  return text.map((cure) => (cure === "stop-words" ? `${cure} (${language.join(", ")})` : cure)).join(", ");
}

/** What is said of what was done to values outside the fences. */
const OUTSIDE: Readonly<Record<NonNullable<ColumnCures["outliers"]>["cure"], string>> = {
  drop: "dropped",
  clip: "clipped",
  winsorise: "winsorised",
  interpolate: "interpolated",
};

/** A value, or where it is null the one on the line between those of the rows around; before the first and behind the last, that one. */
function interpolated(value: string, kind: ColumnKind): string {
  const row = `CASE WHEN ${value} IS NOT NULL THEN r END`;
  const before = (of: string) => `last_value(${of} IGNORE NULLS) OVER (ORDER BY r)`;
  const after = (of: string) =>
    `first_value(${of} IGNORE NULLS) OVER (ORDER BY r ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)`;
  const number = kind === "date" ? (of: string) => `epoch_us(${of})` : (of: string) => of;
  const [low, high] = [number(before(value)), number(after(value))];
  const line = `${low} + (${high} - ${low}) * ((r - ${before(row)}) / (${after(row)} - ${before(row)}))`;
  const between = kind === "date" ? `make_timestamp((${line})::BIGINT)` : line;
  return `coalesce(${value}, ${between}, ${before(value)}, ${after(value)})`;
}

/** Types of whole numbers and of days. */
const WHOLE_TYPES: Readonly<Partial<Record<ColumnKind, string>>> = { number: "BIGINT", date: "DATE" };

function isWholeOf(value: string | number, kind: ColumnKind): boolean {
  return kind === "date" ? isWholeDay(Number(value)) : Number.isSafeInteger(value);
}

function constantOf(constant: string | number, kind: ColumnKind): string | number {
  return kind === "date" ? Date.parse(String(constant)) : constant;
}

/** A value as SQL; of a date milliseconds since 1970. */
function literal(value: string | number, kind: ColumnKind): string {
  if (kind === "date") return `make_timestamp(${BigInt(Math.round(Number(value))) * 1000n})`;
  return typeof value === "number" ? `${value}::DOUBLE` : quotedText(value);
}

function shown(value: string | number, kind: ColumnKind): string {
  if (kind === "date") return new Date(Math.round(Number(value))).toISOString().replace(/T00:00:00\.000Z$/, "");
  return typeof value === "number" ? String(Number(value.toPrecision(6))) : JSON.stringify(value);
}
