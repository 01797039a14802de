import { createHash } from "node:crypto";
import { ModelwrightError, type RowRules } from "@modelwright/contracts";
import { dropMissing } from "../cleaning/missing-values.ts";
import type { DataReport, Development } from "../prepared-data.ts";
import { counted, listed, ReportBuilder } from "../report-builder.ts";
import { readRows } from "../roles/read-rows.ts";
import { openTable } from "../sources/open-table.ts";
import type { TableOptions } from "../sources/table-options.ts";
import { takeDivision } from "../splits/division.ts";
import { SPLIT_NAMES } from "../splits/split-names.ts";
import { checkNotEmpty, smallTestWarnings, splitDetail } from "../splits/split-report.ts";
import { cleanEvents, type EventCleaning } from "./clean-events.ts";
import type { EventRow, EventRows, ItemTable } from "./event-rows.ts";
import { limitEvents } from "./limit-events.ts";
import { type ItemSettings, readItems } from "./read-items.ts";
import { type EventSplit, splitEvents } from "./split-events.ts";

/** The columns of events by role. */
export interface EventColumns {
  readonly user: string;
  readonly item: string;
  readonly rating?: string | undefined;
  readonly time?: string | undefined;
}

/** What a recipe says of a table of events. */
export interface EventSettings extends RowRules {
  readonly source: string;
  /** Another table, whose events are the test: then `split.test` does not apply. */
  readonly test?: string | undefined;
  readonly query?: string | undefined;
  readonly encoding?: string | undefined;
  readonly columns: EventColumns;
  readonly items: Omit<ItemSettings, "source" | "id"> & {
    readonly source?: string | undefined;
    readonly id?: string | undefined;
  };
  readonly feedback: "implicit" | "explicit";
  /** Default: the median of the ratings. */
  readonly relevant?: number | undefined;
  readonly clean: EventCleaning & { readonly missing: "drop" | "error" };
  /** Events at most. */
  readonly limit?: number | undefined;
  readonly split: EventSplit;
}

/** Events in their splits. */
export interface PreparedEvents {
  readonly train: EventRows;
  readonly validation: EventRows;
  readonly test: EventRows;
  readonly development: Development<EventRows>;
  /** SHA-256 (hexadecimal) over the events of train, validation and test in order, and what is known of items. */
  readonly digest: string;
  readonly report: DataReport;
}

export interface PrepareEventsOptions {
  /** Relative paths and npm packages are looked up from here: the recipe's folder. */
  readonly baseDir: string;
  /** Told which rows each source has, as they lie, when all have been read. */
  readonly onVersion?: TableOptions["onVersion"];
  readonly onProgress?: (progress: { step: string; done: number; total?: number }) => void;
}

/**
 * Reads, cleans and splits a table of events. The same recipe, files and seed give the same rows, splits and digest.
 *
 * @throws {ModelwrightError} with a `DATA_…` code, naming file, row, rule, value and remedy.
 */
export async function prepareEvents(settings: EventSettings, options: PrepareEventsOptions): Promise<PreparedEvents> {
  const { clean, split, feedback, columns, limit } = settings;
  const report = new ReportBuilder();
  const { rows: read, file } = await readSource(settings, { ...options, report }, "read");
  const published =
    settings.test === undefined
      ? undefined
      : await readSource({ ...settings, source: settings.test }, { ...options, report }, "read test file");
  const drawn = limit === undefined ? read : limitEvents(read, { limit, seed: split.seed, file }, report);
  const kept = cleanEvents(drawn, clean, report);
  checkEnough(kept, file);
  const { source, id = columns.item, ...about } = settings.items;
  const known =
    source === undefined
      ? undefined
      : await readItems({ ...about, source, id, encoding: settings.encoding }, { ...options, report });
  if (known !== undefined) tellUnknown(kept, known, report);
  const relevant = feedback === "explicit" ? relevantFrom(kept, settings, report) : undefined;
  const {
    split: divided,
    how,
    warnings,
    division,
    settings: further,
  } = splitEvents(kept, {
    ...split,
    column: columns.time,
    ...(published === undefined ? {} : { test: 0 }),
  });
  // Events of another table may well be the later ones.
  if (published === undefined) report.warn(...warnings);
  const wanted = SPLIT_NAMES.filter((name) => name !== "test" || published === undefined);
  checkNotEmpty(divided, { file, rows: kept.length, wanted });
  const beside = {
    ...(known === undefined ? {} : { known }),
    ...(relevant === undefined ? {} : { relevant }),
  };
  const pick = (numbers: readonly number[]): EventRows => ({ rows: numbers.map((row) => kept[row]!), ...beside });
  const splits = {
    train: pick(divided.train),
    validation: pick(divided.validation),
    test: published === undefined ? pick(divided.test) : { rows: published.rows, ...beside },
  };
  const rowsOf = { train: splits.train.rows, validation: splits.validation.rows, test: splits.test.rows };
  report.step(
    "split",
    splitDetail(rowsOf, { by: further.by!, stratify: false, how }),
    kept.length + (published?.rows.length ?? 0),
  );
  tellStrangers(splits, report);
  report.warn(...smallTestWarnings(splits.test.rows.length, { published: published !== undefined }));
  const own = [...divided.train, ...divided.validation].sort((a, b) => a - b);
  return {
    ...splits,
    development: { rows: pick(own), division: takeDivision(division, own), settings: further },
    digest: digestOf(splits),
    report: report.build(fieldsInWords(settings, known)),
  };
}

type Work = PrepareEventsOptions & { readonly report: ReportBuilder };

async function readSource(
  data: EventSettings,
  { baseDir, report, onVersion, onProgress }: Work,
  step: string,
): Promise<{ readonly rows: readonly EventRow[]; readonly file: string }> {
  const { source, query, encoding, columns, clean, feedback } = data;
  const roles = rolesOf(columns, feedback);
  const wanted = roles.map((role) => columns[role]!);
  const table = await openTable(source, { baseDir, wanted, encoding, query, rowRules: data, onVersion });
  const named = Object.fromEntries(roles.map((role) => [role, columns[role]]));
  const { rows } = await readRows(table, {
    required: roles,
    columns: named,
    onProgress: (done, total) => onProgress?.({ step: "read", done, ...(total === undefined ? {} : { total }) }),
  });
  report.warn(...table.warnings);
  report.step(step, `${counted(rows.length, "event")} of ${table.name}`, rows.length);
  const complete = dropMissing(rows, { file: table.name, required: roles, columns: named, missing: clean.missing });
  if (complete.length < rows.length) {
    const has = new Set<unknown>(complete);
    const lacking = rows.filter((row) => !has.has(row)).map(({ origin }) => `${origin.file}:${origin.line}`);
    const what = roles.map((role) => `${role === "item" ? "an" : "a"} ${role}`).join(" or ");
    report.step(
      "missing values",
      `dropped ${counted(lacking.length, "event")} without ${what}: ${listed(lacking)}`,
      complete.length,
    );
  }
  if (complete.length === 0)
    throw new ModelwrightError("DATA_EMPTY", { file: table.name, problem: "no event is complete" });
  return { rows: complete, file: table.name };
}

/** Roles that events have, by the columns that are named. */
function rolesOf(
  columns: Readonly<Partial<Record<keyof EventColumns, string | undefined>>>,
  feedback: "implicit" | "explicit",
): readonly (keyof EventColumns)[] {
  return [
    "user",
    "item",
    ...(feedback === "explicit" ? (["rating"] as const) : []),
    ...(columns.time === undefined ? [] : (["time"] as const)),
  ];
}

/** What can be learnt of nobody or of a single thing. */
function checkEnough(rows: readonly EventRow[], file: string): void {
  for (const role of ["user", "item"] as const) {
    const names = new Set(rows.map((row) => row[role]));
    if (names.size >= 2) continue;
    const [only] = names;
    const problem = only === undefined ? `no event is left after cleaning` : `all events are of one ${role}, "${only}"`;
    throw new ModelwrightError("DATA_EMPTY", { file, problem });
  }
}

function tellUnknown(rows: readonly EventRow[], { items }: ItemTable, report: ReportBuilder): void {
  const known = new Set(items);
  const unknown = [...new Set(rows.flatMap(({ item }) => (known.has(item) ? [] : [item])))];
  if (unknown.length === 0) return;
  const shown = listed(
    unknown.map((item) => JSON.stringify(item)),
    3,
  );
  report.warn(
    `${counted(unknown.length, "item")} of the events ${unknown.length === 1 ? "is" : "are"} not in the table of items: ${shown}`,
  );
}

/** From which rating on something counts as liked. */
function relevantFrom(rows: readonly EventRow[], { relevant }: EventSettings, report: ReportBuilder): number {
  const ratings = Float64Array.from(rows, ({ rating }) => rating!).sort();
  const from = relevant ?? ratings[ratings.length >> 1]!;
  const liked = ratings.filter((rating) => rating >= from).length;
  if (liked === 0) {
    const file = rows[0]!.origin.file;
    const problem = `no rating is ${from} or more, as data.relevant says: the highest is ${ratings.at(-1)}`;
    throw new ModelwrightError("DATA_EMPTY", { file, problem });
  }
  const told = relevant === undefined ? ", the median of the ratings" : "";
  report.step(
    "relevant events",
    `a rating of ${from} or more counts as liked${told}: ${counted(liked, "event")}`,
    rows.length,
  );
  return from;
}

/** Users and items of the test that nothing is learnt of. */
function tellStrangers(
  { train, validation, test }: Pick<PreparedEvents, "train" | "validation" | "test">,
  report: ReportBuilder,
): void {
  const lines = (["user", "item"] as const).map((role) => {
    const known = new Set([...train.rows, ...validation.rows].map((row) => row[role]));
    const names = [...new Set(test.rows.map((row) => row[role]))];
    const strangers = names.filter((name) => !known.has(name)).length;
    return `${strangers.toLocaleString("en-US")} of ${counted(names.length, role)}`;
  });
  report.step("not seen before the test", lines.join(", "), test.rows.length);
}

function digestOf(splits: Readonly<Record<(typeof SPLIT_NAMES)[number], EventRows>>): string {
  const hash = createHash("sha256");
  const { known, relevant } = splits.train;
  hash.update(
    `${JSON.stringify([relevant ?? null, known === undefined ? null : [known.items, known.titles ?? null]])}\n`,
  );
  for (const column of known?.frame.columns ?? []) {
    const values = column.kind === "category" ? [column.categories, [...column.codes]] : [...column.values];
    hash.update(`${JSON.stringify([column.name, column.kind, values])}\n`);
  }
  for (const name of SPLIT_NAMES) {
    hash.update(`${name}\n`);
    for (const { user, item, rating = null, time = null } of splits[name].rows)
      hash.update(`${JSON.stringify([user, item, rating, time])}\n`);
  }
  return hash.digest("hex");
}

function fieldsInWords({ columns, feedback }: EventSettings, known: ItemTable | undefined): string {
  const read = rolesOf(columns, feedback).map((role) => `${role} ("${columns[role]}")`);
  const about = known === undefined ? "" : `; of items ${counted(known.frame.columns.length, "column")}`;
  return `${read.join(", ")} of each event${about}`;
}
