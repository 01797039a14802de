import { ModelwrightError, type PersonalDataSettings, type RowRules } from "@modelwright/contracts";
import type { Annotation, AnnotationRole } from "./annotations/annotation.ts";
import { type DuplicateRule, dropDuplicates } from "./cleaning/drop-duplicates.ts";
import { dropMissing, isComplete } from "./cleaning/missing-values.ts";
import { blamingRepeats, type RepeatedTexts, repetitionWarnings } from "./cleaning/repeated-texts.ts";
import type { Continuation } from "./continuation/continuation.ts";
import { divideContinued } from "./continuation/divide-continued.ts";
import { FED, repeated, withDividingRoles } from "./continuation/fed-rows.ts";
import { placeRows, requireSameRows } from "./continuation/place-rows.ts";
import { withoutRelatives } from "./continuation/without-relatives.ts";
import type { Development, PreparedRows } from "./prepared-data.ts";
import { treatRows } from "./privacy/treat-rows.ts";
import { personalDataTreater } from "./privacy/treat-text.ts";
import { counted, listed, ReportBuilder } from "./report-builder.ts";
import { type RowOrigin, type RowWith, readRows } from "./roles/read-rows.ts";
import { repeatedIds } from "./roles/repeated-ids.ts";
import { requiredRoles } from "./roles/required-roles.ts";
import { dividingRoles, type RoleColumns } from "./roles/role-columns.ts";
import { rowsDigest } from "./rows-digest.ts";
import { openTable } from "./sources/open-table.ts";
import type { TableOptions } from "./sources/table-options.ts";
import { divideRows } from "./splits/divide-rows.ts";
import { divisionOf, type SplitSettings, splitRole, takeDivision } from "./splits/division.ts";
import { rowGroups } from "./splits/row-groups.ts";
import { SPLIT_NAMES } from "./splits/split-names.ts";
import { checkNotEmpty, smallTestWarnings, splitDetail } from "./splits/split-report.ts";
import { itemOf, textsOfItem, wholeText } from "./text-item.ts";

/** What a recipe says of its data. */
export interface DataSettings extends RowRules {
  readonly source: string;
  /** A published test file: then `split.test` does not apply. */
  readonly test?: string | undefined;
  /** Of a source that is a database. Default: what stands in the source. */
  readonly query?: string | undefined;
  /** Of source and test, a label of the WHATWG Encoding Standard. Default: told from the bytes. */
  readonly encoding?: string | undefined;
  readonly columns: RoleColumns;
  /** What stands between labels in a cell. Default: told from the column. */
  readonly labelSeparator?: string | undefined;
  readonly clean: {
    readonly duplicates: DuplicateRule;
    readonly missing: "drop" | "error";
    /** Default 1. */
    readonly minRowsPerLabel?: number;
    /** Default: personal data is left as it is. */
    readonly pii?: PersonalDataSettings | undefined;
  };
  readonly split: SplitSettings;
  readonly limit?: number | undefined;
}

export interface PrepareOptions<R extends AnnotationRole, Found extends object> {
  /** What is to be predicted: `LABEL`, `LABEL_SET`, `TARGET`. */
  readonly annotation: Annotation<R, Found>;
  /** Relative paths and npm packages are looked up from here: the recipe's folder. */
  readonly baseDir: string;
  /** What the data go on from. Default: nothing was tested before. */
  readonly continues?: Continuation | undefined;
  /** Told which rows each source has, as they lie, when all have been read. */
  readonly onVersion?: TableOptions["onVersion"];
  readonly onProgress?: (progress: { step: string; done: number; total?: number }) => void;
}

/** Rows as `prepareData` leaves them, and what the checks found in them. */
export type Prepared<R extends AnnotationRole, Found> = PreparedRows<RowWith<"text" | R>> & {
  readonly development: Development<readonly RowWith<"text" | R>[]>;
} & Found;

/**
 * Reads, cleans and splits the rows of a recipe. The same recipe, files and seed give the same rows, splits
 * and digest.
 *
 * @throws {ModelwrightError} with a `DATA_…` code, naming file, row, rule, value and remedy.
 */
export async function prepareData<R extends AnnotationRole, Found extends object>(
  data: DataSettings,
  options: PrepareOptions<R, Found>,
): Promise<Prepared<R, Found>> {
  const { annotation, continues } = options;
  const report = new ReportBuilder();
  const work = { data, options, report };
  const { pii } = data.clean;
  // A missing salt is told before anything is read.
  const treater = pii === undefined ? undefined : personalDataTreater(pii);
  const treated = <Row extends RowOrigin>(
    rows: readonly Row[],
    place: { readonly file: string; readonly step: string },
  ) => (treater === undefined ? rows : treatRows(rows, treater, { report, ...place }));
  const source = await read(work, data.source);
  const limited = source.available > source.read;
  report.step(
    "read",
    limited
      ? `drew ${counted(source.read, "row")} of ${counted(source.available, "row")} of ${source.name} (seed ${data.split.seed})`
      : `${counted(source.available, "row")} of ${source.name}`,
    source.read,
  );
  const own = treated(source.complete(), { file: source.name, step: "personal data" });
  report.warn(...repeatedIds(own));
  const file =
    data.test === undefined
      ? undefined
      : treated(await readPublished(work, data.test), { file: data.test, step: "personal data of the test file" });
  const pool: Pool<RowWith<"text" | R>> =
    continues === undefined
      ? { complete: own, published: file, fed: new Set() }
      : continued(work, {
          continues,
          file: source.name,
          own,
          published: file,
          fed: treated(await readFed(work, continues), { file: FED, step: "personal data of the feedback" }),
        });
  const { complete, published, fed } = pool;

  const distinct = dropDuplicates(complete, {
    duplicates: data.clean.duplicates,
    annotation,
    published: published ?? [],
    report,
    onProgress: (done, total) => options.onProgress?.({ step: "duplicates", done, total }),
  });
  const kept =
    continues === undefined
      ? [...distinct.rows.keys()]
      : withoutRelatives(distinct.rows, {
          held: published ?? [],
          nearDuplicates: distinct.groups,
          together: annotation.together,
          report,
        });
  const rows = kept.map((row) => distinct.rows[row]!);
  const nearDuplicates = Int32Array.from(kept, (row) => distinct.groups[row]!);
  if (rows.length === 0) throw noCompleteRow(source.name, annotation.noun);
  const repeats: RepeatedTexts = {
    file: source.name,
    column: source.text,
    rows: complete.length,
    different: data.clean.duplicates === "keep" ? new Set(nearDuplicates).size : rows.length,
  };
  report.warn(...repetitionWarnings(repeats));
  const rules = {
    file: source.name,
    minRowsPerLabel: data.clean.minRowsPerLabel ?? 1,
    splits: 1 + Number(published === undefined) + Number(data.split.validation > 0),
  };
  const found = blamingRepeats(repeats, {
    left: () => annotation.check(rows, { ...rules, report }),
    all: () => annotation.check(complete, { ...rules, report: new ReportBuilder() }),
  });
  if (published !== undefined) annotation.checkPublished(published, found, data.test ?? source.name);

  const groups = rowGroups(rows, nearDuplicates, annotation.together);
  const strata = annotation.strata(rows);
  const texts = annotation.texts ?? ((row: RowWith<"text" | R>) => textsOfItem(itemOf(row)));
  const division = divisionOf(rows, { groups, strata, keyOf: (row) => JSON.stringify(texts(rows[row]!)) });
  const settings = { ...data.split, test: published === undefined ? data.split.test : 0 };
  const { split, how, warnings } =
    continues === undefined
      ? divideRows(division, settings)
      : divideContinued(division, data.test === undefined ? data.split : settings, {
          isFed: (row) => fed.has(rows[row]!),
        });
  report.warn(...warnings);
  const wanted = SPLIT_NAMES.filter(
    (name) => !(name === "test" && published !== undefined) && !(name === "validation" && data.split.validation === 0),
  );
  checkNotEmpty(split, { file: source.name, rows: rows.length, wanted });
  const pick = (numbers: readonly number[]) => numbers.map((i) => rows[i]!);
  const splits = {
    train: pick(repeated(split.train, (row) => (fed.has(rows[row]!) ? continues!.fed!.times : 1))),
    validation: pick(split.validation),
    test: published ?? pick(split.test),
  };
  const total = splits.train.length + splits.validation.length + splits.test.length;
  report.step("split", splitDetail(splits, { ...data.split, stratum: annotation.stratum, how }), total);
  for (const name of SPLIT_NAMES) {
    if (splits[name].length === 0) continue;
    report.warn(...annotation.absent(splits[name], found).map((lack) => `the ${name} split ${lack}`));
  }
  report.warn(...smallTestWarnings(splits.test.length, { published: published !== undefined }));
  const development = [...split.train, ...split.validation].sort((a, b) => a - b);
  return {
    ...found,
    ...splits,
    development: { rows: pick(development), division: takeDivision(division, development), settings },
    digest: rowsDigest(splits, annotation.digested),
    report: report.build(source.fields),
  };
}

/** What is learnt from, and what is tested on apart from it. */
interface Pool<Row> {
  /** Rows to learn from, and where none are tested on yet also those to be drawn for it. */
  readonly complete: readonly Row[];
  readonly published: readonly Row[] | undefined;
  /** Those of `complete` that came back; they are the first. */
  readonly fed: ReadonlySet<Row>;
}

/** Rows that go on from an earlier version: its test rows apart, those that came back in front of the others. */
function continued<R extends AnnotationRole, Found extends object>(
  { data, options: { annotation }, report }: Work<R, Found>,
  rows: {
    readonly continues: Continuation;
    readonly file: string;
    readonly own: readonly RowWith<"text" | R>[];
    readonly published: readonly RowWith<"text" | R>[] | undefined;
    readonly fed: readonly RowWith<"text" | R>[];
  },
): Pool<RowWith<"text" | R>> {
  const { continues, own, published } = rows;
  const keyed = (some: readonly RowWith<"text" | R>[]) => ({
    texts: some.map((row) => wholeText(itemOf(row))),
    keys: some.map(annotation.key),
  });
  const all = withDividingRoles(rows.fed, data.split);
  if (published !== undefined) requireSameRows(keyed(published).texts, { continues, file: data.test! });
  const placed = placeRows(keyed(own), keyed(all), {
    continues,
    file: rows.file,
    report,
    published: published !== undefined,
  });
  const fed = placed.fed.map((row) => all[row]!);
  return {
    complete: [...fed, ...placed.own.map((row) => own[row]!)],
    published: published ?? placed.held.map((row) => own[row]!),
    fed: new Set(fed),
  };
}

/** The rows that came back, those that lack something left out. */
async function readFed<R extends AnnotationRole, Found extends object>(
  { data, options: { annotation, baseDir } }: Work<R, Found>,
  { fed }: Continuation,
): Promise<RowWith<"text" | R>[]> {
  if (fed === undefined) return [];
  const table = { ...(await openTable(fed.file, { baseDir })), name: FED };
  const required = requiredRoles([annotation.role, ...(annotation.beside ?? [])], { second: data.columns.second });
  const { rows } = await readRows<"text" | R>(table, { required, columns: fed.columns });
  return dropMissing(rows, { file: FED, required, columns: fed.columns, missing: "drop" });
}

interface Work<R extends AnnotationRole, Found extends object> {
  readonly data: DataSettings;
  readonly options: PrepareOptions<R, Found>;
  readonly report: ReportBuilder;
}

interface ReadSource<Row> {
  readonly name: string;
  /** The column of the text. */
  readonly text: string;
  readonly available: number;
  readonly read: number;
  /** What the text is made of. */
  readonly fields: string;
  /** The rows that lack nothing; those left out are reported. */
  readonly complete: () => Row[];
}

async function read<R extends AnnotationRole, Found extends object>(
  { data, options, report }: Work<R, Found>,
  source: string,
): Promise<ReadSource<RowWith<"text" | R>>> {
  const { annotation, baseDir, onVersion, onProgress } = options;
  const { limit, split } = data;
  // A published test file needs no column that divides the rows of the source.
  const dividing = source === data.source ? splitRole(data.split) : {};
  const named: RoleColumns = { ...data.columns, ...dividing };
  const required = requiredRoles([annotation.role, ...(annotation.beside ?? [])], named);
  const wanted = required.flatMap((role) => named[role] ?? []);
  const table = await openTable(source, {
    baseDir,
    wanted,
    encoding: data.encoding,
    query: source === data.source ? data.query : undefined,
    rowRules: data,
    onVersion,
  });
  const { rows, available, columns } = await readRows<"text" | R>(table, {
    required,
    columns: named,
    ...(data.labelSeparator === undefined ? {} : { labelSeparator: data.labelSeparator }),
    ...(limit === undefined || source !== data.source
      ? {}
      : { draw: { limit, seed: split.seed, keysOf: (all) => annotation.strata(all).map(([key]) => key) } }),
    onProgress: (done, total) => onProgress?.({ step: "read", done, ...(total === undefined ? {} : { total }) }),
  });
  report.warn(...table.warnings);
  const text = columns.text!;
  const beside = columns.second === undefined ? "" : ` and column "${columns.second}" beside it`;
  return {
    name: table.name,
    text,
    available,
    read: rows.length,
    fields: `${table.contents?.[text] ?? `column "${text}"`}${beside}`,
    complete: () => {
      const complete = dropMissing(rows, { file: table.name, required, columns, missing: data.clean.missing });
      const dropped = rows.filter((row) => !isComplete(row, required));
      if (dropped.length > 0) {
        const where = listed(dropped.map(({ origin }) => `${origin.file}:${origin.line}`));
        const lacks = ["a text", `a ${annotation.noun}`, ...dividingRoles(dividing).map((role) => `a ${role}`)];
        const without = `dropped ${counted(dropped.length, "row")} without ${lacks.join(" or ")}: ${where}`;
        report.step("missing values", without, complete.length);
      }
      return complete;
    },
  };
}

async function readPublished<R extends AnnotationRole, Found extends object>(
  work: Work<R, Found>,
  source: string,
): Promise<RowWith<"text" | R>[]> {
  const test = await read(work, source);
  work.report.step("read test file", `${counted(test.available, "row")} of ${test.name}`, test.read);
  const rows = test.complete();
  if (rows.length === 0) throw noCompleteRow(test.name, work.options.annotation.noun);
  return rows;
}

function noCompleteRow(file: string, noun: string): ModelwrightError {
  return new ModelwrightError("DATA_EMPTY", { file, problem: `no row has both a text and a ${noun}` });
}
