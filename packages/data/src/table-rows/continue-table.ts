import type { Annotation, AnnotationRole } from "../annotations/annotation.ts";
import type { Continuation } from "../continuation/continuation.ts";
import { FED, withDividingRoles } from "../continuation/fed-rows.ts";
import { placeRows, requireSameRows } from "../continuation/place-rows.ts";
import { withoutRelatives } from "../continuation/without-relatives.ts";
import { type Frame, joinRows, takeRows } from "../frames/frame.ts";
import { rowTexts } from "../frames/row-item.ts";
import { withCategoriesOf } from "../frames/with-categories-of.ts";
import { ReportBuilder } from "../report-builder.ts";
import type { SplitSettings } from "../splits/division.ts";
import { type AnnotatedTable, takeAnnotated } from "./annotated-table.ts";
import { type ReadColumns, readColumnsAs } from "./read-columns.ts";
import { sameRows } from "./repeated-rows.ts";
import type { WholeTable } from "./whole-table.ts";

/** A table whose rows go on from those of an earlier version. */
export interface ContinuedTable<R extends AnnotationRole> {
  /** The rows to learn from: those of the source, then those that came back. */
  readonly learnt: AnnotatedTable<R>;
  /** Numbers of the rows of the source that are learnt from, and of those that are tested on. */
  readonly own: Int32Array;
  readonly held: Int32Array;
  /** The rows that came back, as far as they are learnt from. */
  readonly fed: WholeTable;
}

/**
 * Tells the test rows of an earlier version from those to learn from, and puts the rows that came back behind them.
 *
 * @param source All rows of the source.
 * @throws {ModelwrightError} `DATA_HELD_OUT_CHANGED`.
 */
export async function continueTable<R extends AnnotationRole, Found extends object>(
  source: AnnotatedTable<R>,
  options: {
    readonly data: { readonly ignore: readonly string[]; readonly split: SplitSettings };
    readonly annotation: Annotation<R, Found>;
    readonly continues: Continuation;
    /** The rows that came back. */
    readonly fed: AnnotatedTable<R> | undefined;
    /** Those of a published test file. */
    readonly published: AnnotatedTable<R> | undefined;
    readonly report: ReportBuilder;
  },
): Promise<ContinuedTable<R>> {
  const { data, annotation, continues, published, report } = options;
  const { name } = source.whole.table;
  const came = aligned(options.fed, source.whole);
  const all = { ...came, rows: withDividingRoles(came.rows, data.split) };
  const keyed = async ({ whole, rows }: AnnotatedTable<R>) => ({
    texts: rows.length === 0 ? [] : rowTexts(await readColumnsAs(continues.reads!, whole, new ReportBuilder())),
    keys: rows.map(annotation.key),
  });
  if (published !== undefined) {
    requireSameRows((await keyed(published)).texts, { continues, file: published.whole.table.name });
  }
  const placed = placeRows(await keyed(source), await keyed(all), {
    continues,
    file: name,
    report,
    areCopies: sameRows(source.whole, data.ignore).areCopies,
    published: published !== undefined,
  });
  const held = takeAnnotated(source, placed.held);
  const own = takeAnnotated(source, placed.own);
  const fed = takeAnnotated(all, placed.fed);
  const learnt = joined(own, fed);
  const firsts = sameRows(joined(held, learnt).whole, data.ignore).together;
  const kept = withoutRelatives(learnt.rows, {
    held: held.rows,
    nearDuplicates: firsts.subarray(held.rows.length),
    together: undefined,
    report,
  });
  const isOwn = (row: number) => row < placed.own.length;
  return {
    learnt: takeAnnotated(learnt, kept),
    own: Int32Array.from(kept.filter(isOwn), (row) => placed.own[row]!),
    held: Int32Array.from(placed.held),
    fed: takeAnnotated(
      fed,
      kept.filter((row) => !isOwn(row)).map((row) => row - placed.own.length),
    ).whole,
  };
}

/** The columns of a continued table: of the rows to learn from, and of those to test on where no file has them. */
export async function continuedFrames(
  { own, held, fed }: Pick<ContinuedTable<never>, "own" | "held" | "fed">,
  read: ReadColumns,
  report: ReportBuilder,
): Promise<{ readonly learnt: Frame; readonly held: Frame }> {
  const first = takeRows(read.frame, own);
  const second = fed.rows.length === 0 ? undefined : await readColumnsAs(read.frame.columns, fed, report);
  return {
    learnt: second === undefined ? first : joinRows(...withCategoriesOf(first, second)),
    held: takeRows(read.frame, held),
  };
}

/** Rows under the columns of another table; a column that they lack is empty. */
function aligned<R extends AnnotationRole>(
  from: AnnotatedTable<R> | undefined,
  { table, columns }: WholeTable,
): AnnotatedTable<R> {
  const places = table.columns.map((name) => from?.whole.table.columns.indexOf(name) ?? -1);
  const rows = (from?.whole.rows ?? []).map(({ cells, kinds, line }) => ({
    cells: places.map((place) => cells[place]),
    ...(kinds === undefined ? {} : { kinds: places.map((place) => kinds[place]) }),
    line,
    file: FED,
  }));
  return { whole: { table, columns, rows }, rows: from?.rows ?? [] };
}

/** The rows of one table and behind them those of another with the same columns. */
function joined<R extends AnnotationRole>(first: AnnotatedTable<R>, second: AnnotatedTable<R>): AnnotatedTable<R> {
  return {
    whole: { ...first.whole, rows: [...first.whole.rows, ...second.whole.rows] },
    rows: [...first.rows, ...second.rows],
  };
}
