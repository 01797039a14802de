import type { PersonalDataSettings, PlainTextCure, RowRules } from "@modelwright/contracts";
import type { Annotation, AnnotationRole } from "../annotations/annotation.ts";
import type { Continuation } from "../continuation/continuation.ts";
import { divideContinued } from "../continuation/divide-continued.ts";
import { FED, repeated } from "../continuation/fed-rows.ts";
import { type Frame, takeRows } from "../frames/frame.ts";
import type { ColumnLook } from "../frames/read-frame.ts";
import type { DataReport, Development } from "../prepared-data.ts";
import { treatCells } from "../privacy/treat-cells.ts";
import { personalDataTreater } from "../privacy/treat-text.ts";
import { counted, listed, ReportBuilder } from "../report-builder.ts";
import { type RowWith, readRows } from "../roles/read-rows.ts";
import { repeatedIds } from "../roles/repeated-ids.ts";
import { dividingRoles, type RoleColumns } from "../roles/role-columns.ts";
import type { TableOptions } from "../sources/table-options.ts";
import { divideRows } from "../splits/divide-rows.ts";
import { divisionOf, type SplitSettings, splitRole, takeDivision } from "../splits/division.ts";
import { rowGroups } from "../splits/row-groups.ts";
import { SPLIT_NAMES } from "../splits/split-names.ts";
import { checkNotEmpty, smallTestWarnings, splitDetail } from "../splits/split-report.ts";
import { drawSubset } from "../splits/subset.ts";
import { type AnnotatedTable, annotatedTable, neededRoles, takeAnnotated } from "./annotated-table.ts";
import { continuedFrames, continueTable } from "./continue-table.ts";
import { type ColumnSettings, featureColumns, readColumns, readColumnsAs } from "./read-columns.ts";
import { firstOfRepeats, sameRows } from "./repeated-rows.ts";
import { tableDigest } from "./table-digest.ts";
import type { TableRows } from "./table-rows.ts";
import { asTable, readWholeTable, takeTableRows, type WholeTable } from "./whole-table.ts";

/** What a recipe says of a table whose columns are what the model reads. */
export interface TableSettings extends ColumnSettings, Omit<RowRules, "kinds"> {
  readonly source: string;
  /** A published test file: then `split.test` does not apply. */
  readonly test?: string | undefined;
  /** Of source and test, a label of the WHATWG Encoding Standard. Default: told from the bytes. */
  readonly encoding?: string | undefined;
  /** Of a source that is a database: the query that gives the rows. */
  readonly query?: string | undefined;
  /** What is predicted, and what names or groups rows; the model reads none of these. */
  readonly columns: RoleColumns;
  readonly clean: {
    readonly duplicates: "keep" | "exact";
    readonly missing: "drop" | "error";
    /** Default 1. */
    readonly minRowsPerLabel?: number;
    /** What is done to texts and categories. Default: nothing. */
    readonly text?: readonly PlainTextCure[] | undefined;
    /** Default: personal data is left as it is. */
    readonly pii?: PersonalDataSettings | undefined;
  };
  readonly split: SplitSettings;
  readonly limit?: number | undefined;
}

/** A table in its splits. */
interface DividedTable<R extends AnnotationRole> {
  readonly train: TableRows<R>;
  readonly validation: TableRows<R>;
  readonly test: TableRows<R>;
  /** The rows that are not for the test, with what a further split has to respect. */
  readonly development: Development<TableRows<R>>;
}

/** A table as `prepareTable` leaves it, and what the checks found in it. */
export type PreparedTable<R extends AnnotationRole, Found> = DividedTable<R> & {
  /** SHA-256 (hexadecimal) over columns and rows of train, validation and test in order. */
  readonly digest: string;
  readonly report: DataReport;
  /** What was seen of each column that is read. */
  readonly looks: readonly ColumnLook[];
} & Found;

export interface PrepareTableOptions<R extends AnnotationRole, Found extends object> {
  /** What is to be predicted: `LABEL`, `TARGET`. */
  readonly annotation: Annotation<R, Found>;
  /** Relative paths and npm packages are looked up from here: the recipe's folder. */
  readonly baseDir: string;
  /** What the data go on from. Default: nothing was tested before. */
  readonly continues?: Continuation | undefined;
  /** Told which rows each source has, as they lie, when all have been read. */
  readonly onVersion?: TableOptions["onVersion"];
  readonly onProgress?: (progress: { step: string; done: number; total?: number }) => void;
}

/**
 * Reads, cleans and splits a table. The same recipe, files and seed give the same rows, splits and digest.
 *
 * Rows that say the same in every column but those of a role stay in one split, unless so many do that it is the nature of the data.
 *
 * @throws {ModelwrightError} with a `DATA_…` code, naming file, row, rule, value and remedy; `FEATURES_SETTING_INVALID` for a column that the
 *   table has not; `FEATURES_NONE` where no column is left to learn from.
 */
export async function prepareTable<R extends AnnotationRole, Found extends object>(
  data: TableSettings,
  options: PrepareTableOptions<R, Found>,
): Promise<PreparedTable<R, Found>> {
  const { annotation, continues } = options;
  const report = new ReportBuilder();
  const work = { data, options, report };
  const { pii } = data.clean;
  // A missing salt is told before anything is read.
  const treater = pii === undefined ? undefined : personalDataTreater(pii);
  const treated = (table: AnnotatedTable<R>, step: string) =>
    treater === undefined
      ? table
      : treatCells(table, treater, { columns: featureColumns(table.whole, data.ignore), report, step });
  const source = treated(await readSource(work), "personal data");
  const file = source.whole.table.name;
  const published =
    data.test === undefined
      ? undefined
      : treated(await readAnnotated(work, data.test), "personal data of the test file");
  const distinct = withoutRepeats(source, work);
  report.warn(...repeatedIds(distinct.rows));
  const continued =
    continues &&
    (await continueTable(distinct, {
      data,
      annotation,
      continues,
      fed: await fedRows(work, treated),
      published,
      report,
    }));
  const kept = continued?.learnt ?? distinct;
  const isDrawn = published === undefined && continued === undefined;
  const splits = 1 + Number(isDrawn) + Number(data.split.validation > 0);
  const found = annotation.check(kept.rows, {
    file,
    minRowsPerLabel: data.clean.minRowsPerLabel ?? 1,
    splits,
    report,
  });
  const read = await readColumns(distinct.whole, { ...data, cures: data.clean.text }, report);
  const frames = continued && (await continuedFrames(continued, read, report));
  const held =
    published === undefined
      ? frames && { rows: Array.from(continued!.held, (row) => distinct.rows[row]!), frame: frames.held }
      : { rows: published.rows, frame: await readColumnsAs(read.frame.columns, published.whole, report) };
  if (held !== undefined) annotation.checkPublished(held.rows, found, data.test ?? file);

  const divided = divide(kept, {
    frame: frames?.learnt ?? read.frame,
    held,
    groups: rowGroups(kept.rows, sameRows(kept.whole, data.ignore).together),
    isFed: continued && ((row) => row >= continued.own.length),
    work,
  });
  for (const name of SPLIT_NAMES) {
    const { rows } = divided[name];
    if (rows.length > 0) report.warn(...annotation.absent(rows, found).map((lack) => `the ${name} split ${lack}`));
  }
  report.warn(...smallTestWarnings(divided.test.rows.length, { published: held !== undefined }));
  return {
    ...found,
    ...divided,
    digest: tableDigest(divided, annotation.digested),
    report: report.build(columnsInWords(read.looks)),
    looks: read.looks,
  };
}

interface Work<R extends AnnotationRole, Found extends object> {
  readonly data: TableSettings;
  readonly options: PrepareTableOptions<R, Found>;
  readonly report: ReportBuilder;
}

/** The rows to learn from, or as many of them as the recipe allows. */
async function readSource<R extends AnnotationRole, Found extends object>(
  work: Work<R, Found>,
): Promise<AnnotatedTable<R>> {
  const { data, report } = work;
  const whole = await readTable(work, data.source);
  const { name } = whole.table;
  const [available, { limit, split }] = [whole.rows.length, data];
  if (limit === undefined || available <= limit) {
    report.step("read", `${counted(available, "row")} of ${name}`, available);
    return annotated(work, whole);
  }
  const drawn = await drawRows(work, whole, limit);
  report.step(
    "read",
    `drew ${counted(limit, "row")} of ${counted(available, "row")} of ${name} (seed ${split.seed})`,
    limit,
  );
  return annotated(work, drawn);
}

async function drawRows<R extends AnnotationRole, Found extends object>(
  { data, options: { annotation } }: Work<R, Found>,
  whole: WholeTable,
  limit: number,
): Promise<WholeTable> {
  const read = await readRows<R>(asTable(whole), {
    required: neededRoles(annotation, whole.columns),
    columns: whole.columns,
  });
  const keys = annotation.strata(read.rows).map(([key]) => key);
  const labelOf = (row: number) => keys[row]!;
  return takeTableRows(whole, drawSubset([...keys.keys()], { limit, seed: data.split.seed, labelOf }));
}

/** The rows of a published test file. */
async function readAnnotated<R extends AnnotationRole, Found extends object>(
  work: Work<R, Found>,
  source: string,
): Promise<AnnotatedTable<R>> {
  const whole = await readTable(work, source);
  const { length } = whole.rows;
  work.report.step("read test file", `${counted(length, "row")} of ${whole.table.name}`, length);
  return annotated(work, whole);
}

/** The rows that came back. */
async function fedRows<R extends AnnotationRole, Found extends object>(
  { options: { annotation, continues } }: Work<R, Found>,
  treated: (table: AnnotatedTable<R>, step: string) => AnnotatedTable<R>,
): Promise<AnnotatedTable<R> | undefined> {
  if (continues?.fed === undefined) return undefined;
  const { file, columns } = continues.fed;
  const whole = await readWholeTable(file, { required: neededRoles(annotation, columns), columns, baseDir: "." });
  const named = { ...whole, table: { ...whole.table, name: FED } };
  return treated(await annotatedTable<R>(named, { annotation, missing: "drop" }), "personal data of the feedback");
}

async function readTable<R extends AnnotationRole, Found extends object>(
  { data, options, report }: Work<R, Found>,
  source: string,
): Promise<WholeTable> {
  const { annotation, baseDir, onVersion, onProgress } = options;
  const whole = await readWholeTable(source, {
    required: neededRoles(annotation, data.columns),
    // A published test file needs no column that divides the rows of the source.
    columns: source === data.source ? { ...data.columns, ...splitRole(data.split) } : data.columns,
    baseDir,
    encoding: data.encoding,
    query: source === data.source ? data.query : undefined,
    rowRules: data,
    onVersion,
    onProgress: (done) => onProgress?.({ step: "read", done }),
  });
  report.warn(...whole.table.warnings);
  return whole;
}

async function annotated<R extends AnnotationRole, Found extends object>(
  { data, options: { annotation }, report }: Work<R, Found>,
  whole: WholeTable,
): Promise<AnnotatedTable<R>> {
  const { dropped, ...table } = await annotatedTable<R>(whole, { annotation, missing: data.clean.missing });
  if (dropped.length > 0) {
    const lacks = [
      ...(annotation.isOptional ? [] : [`a ${annotation.noun}`]),
      ...dividingRoles(whole.columns).map((role) => `a ${role}`),
    ];
    const detail = `dropped ${counted(dropped.length, "row")} without ${lacks.join(" or ")}: ${listed(dropped)}`;
    report.step("missing values", detail, table.rows.length);
  }
  return table;
}

/** Drops rows that repeat an earlier one in every column of the table, or tells of them; tells of those that contradict one. */
function withoutRepeats<R extends AnnotationRole, Found extends object>(
  source: AnnotatedTable<R>,
  { data, options: { annotation }, report }: Work<R, Found>,
): AnnotatedTable<R> {
  const { whole, rows } = source;
  const firsts = firstOfRepeats(whole, whole.table.columns);
  const own = [...firsts.keys()].filter((row) => firsts[row] === row);
  const copies = rows.length - own.length;
  if (data.clean.duplicates === "keep" && copies > 0) {
    report.warn(
      `${counted(copies, "row")} of ${counted(rows.length, "row")} repeat an earlier row in every column; they are kept; clean.duplicates: exact drops them`,
    );
  }
  const kept = data.clean.duplicates === "exact" ? takeAnnotated(source, own) : source;
  if (data.clean.duplicates === "exact")
    report.step("exact duplicates", `dropped ${counted(copies, "copy", "copies")}`, kept.rows.length);
  const alike = firstOfRepeats(kept.whole, featureColumns(kept.whole, data.ignore));
  const contradictions = [...alike.keys()].filter(
    (row) => annotation.key(kept.rows[row]!) !== annotation.key(kept.rows[alike[row]!]!),
  );
  if (contradictions.length > 0) {
    const where = contradictions.map((row) => {
      const [one, other] = [kept.rows[row]!, kept.rows[alike[row]!]!];
      const says = ({ origin }: RowWith<R>, shown: string) => `${origin.file}:${origin.line} says ${shown}`;
      return `${says(one, annotation.shown(one))}, ${says(other, annotation.shown(other))}`;
    });
    report.warn(
      `${counted(contradictions.length, "row")} with the values of an earlier row but another ${annotation.noun}: ${listed(where, 3)}`,
    );
  }
  return kept;
}

/** Makes the splits, and what a further split of their rows has to respect. */
function divide<R extends AnnotationRole, Found extends object>(
  { whole, rows }: AnnotatedTable<R>,
  parts: {
    readonly frame: Frame;
    readonly held: TableRows<R> | undefined;
    readonly groups: Int32Array;
    /** Of rows that go on from an earlier version, whether one came back. */
    readonly isFed: ((row: number) => boolean) | undefined;
    readonly work: Work<R, Found>;
  },
): DividedTable<R> {
  const { frame, held, groups, isFed, work } = parts;
  const {
    data,
    options: { annotation, continues },
    report,
  } = work;
  const division = divisionOf(rows, {
    groups,
    strata: annotation.strata(rows),
    keyOf: (row) => JSON.stringify(whole.rows[row]!.cells),
  });
  const settings = { ...data.split, test: held === undefined ? data.split.test : 0 };
  const { split, how, warnings } =
    isFed === undefined
      ? divideRows(division, settings)
      : divideContinued(division, data.test === undefined ? data.split : settings, { isFed });
  report.warn(...warnings);
  const wanted = SPLIT_NAMES.filter(
    (name) => !(name === "test" && held !== undefined) && !(name === "validation" && data.split.validation === 0),
  );
  checkNotEmpty(split, { file: whole.table.name, rows: rows.length, wanted });
  const pick = (numbers: readonly number[]): TableRows<R> => ({
    rows: numbers.map((row) => rows[row]!),
    frame: takeRows(frame, Int32Array.from(numbers)),
  });
  const train = repeated(split.train, (row) => (isFed?.(row) === true ? continues!.fed!.times : 1));
  const divided = { train: pick(train), validation: pick(split.validation), test: held ?? pick(split.test) };
  const rowsOf = { train: divided.train.rows, validation: divided.validation.rows, test: divided.test.rows };
  const total = SPLIT_NAMES.reduce((sum, name) => sum + rowsOf[name].length, 0);
  report.step("split", splitDetail(rowsOf, { ...data.split, stratum: annotation.stratum, how }), total);
  const own = [...split.train, ...split.validation].sort((a, b) => a - b);
  return {
    ...divided,
    development: { rows: pick(own), division: takeDivision(division, own), settings },
  };
}

/** How many columns of each kind are read: `12 numbers, 7 categories, 1 date`. */
function columnsInWords(looks: readonly ColumnLook[]): string {
  const kinds = [...new Set(looks.map(({ kind }) => kind))];
  const parts = kinds.map((kind) => {
    const count = looks.filter((look) => look.kind === kind).length;
    return counted(count, kind, kind === "category" ? "categories" : `${kind}s`);
  });
  return `${counted(looks.length, "column")}: ${parts.join(", ")}`;
}
