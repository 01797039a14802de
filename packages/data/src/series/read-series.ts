import { type ColumnKind, ModelwrightError } from "@modelwright/contracts";
import { unfitInWords } from "../frames/column-cells.ts";
import type { ColumnOf, Frame } from "../frames/frame.ts";
import { type ColumnLook, readFrame } from "../frames/read-frame.ts";
import { readInputs } from "../preprocessing/read-inputs.ts";
import { counted, listed, type ReportBuilder } from "../report-builder.ts";
import type { KnownColumn } from "../table-rows/read-columns.ts";
import { asTable, type WholeTable } from "../table-rows/whole-table.ts";
import { cellAt, describeCell } from "../tables/table.ts";
import type { PanelRows } from "./series-panel.ts";
import { readTime, timeSpelling } from "./time-spellings.ts";

/** Columns of series by what they are. */
export interface SeriesColumns {
  readonly time: string;
  readonly target: string;
  readonly series: readonly string[];
}

/** Rows of series, and how their columns are written. */
export interface ReadSeries extends PanelRows {
  readonly spelling: string;
  readonly targetColumn: Pick<ColumnOf<"number">, "spelling" | "unit">;
  /** What was seen of the columns beside time and target that are not known to a model yet; none otherwise. */
  readonly looks: readonly ColumnLook[];
}

/** How the columns are read where a model knows them already. */
export interface KnownSeries {
  readonly spelling: string;
  readonly target: { readonly spelling?: string | undefined };
  readonly columns: readonly KnownColumn[];
}

/**
 * Reads rows of series: when they were, what is forecast, and the other columns.
 *
 * @param options.kinds, options.ignore Of columns beside time and target.
 * @param options.known How a model reads them. Default: it is told from their values.
 * @throws {ModelwrightError} `SERIES_TIME_INVALID`, `DATA_VALUE_TYPE` for a target that is no number; what reading columns throws.
 */
export async function readSeries(
  whole: WholeTable,
  columns: SeriesColumns,
  options: {
    readonly kinds: Readonly<Record<string, ColumnKind>>;
    readonly ignore: readonly string[];
    readonly ahead: readonly string[];
    readonly known?: KnownSeries | undefined;
    readonly report: ReportBuilder;
  },
): Promise<ReadSeries> {
  const { table, rows } = whole;
  const { known, report } = options;
  const whereIs = (row: number) => `${rows[row]!.file ?? table.name}:${rows[row]!.line}`;
  const { times, spelling } = readTimes(whole, columns.time, { known: known?.spelling, whereIs });
  const target = await readTarget(whole, columns.target, { spelling: known?.target.spelling, whereIs });
  const read = known === undefined ? await readOthers(whole, columns, options) : undefined;
  const frame = read?.frame ?? (await readInputs(known!.columns, asTable(whole))).frame;
  if (doubtOf(whole, columns.time) !== undefined && known === undefined) report.warn(doubtOf(whole, columns.time)!);
  return {
    times,
    target: target.values,
    keys: keysOf(whole, columns.series, whereIs),
    frame,
    whereIs,
    spelling,
    targetColumn: {
      ...(target.spelling === undefined ? {} : { spelling: target.spelling }),
      ...(target.unit === undefined ? {} : { unit: target.unit }),
    },
    looks: read?.looks ?? [],
  };
}

function textsOf({ table, rows }: WholeTable, column: string): string[] {
  const place = table.columns.indexOf(column);
  return rows.flatMap((row) => cellAt(row, place)?.text ?? []);
}

function doubtOf(whole: WholeTable, column: string): string | undefined {
  const { spelling, doubt } = timeSpelling(textsOf(whole, column));
  return doubt && `the dates of "${column}" may be ${doubt} or ${spelling}; ${spelling} was taken`;
}

function readTimes(
  whole: WholeTable,
  column: string,
  { known, whereIs }: { readonly known: string | undefined; readonly whereIs: (row: number) => string },
): { readonly times: Float64Array; readonly spelling: string } {
  const { table, rows } = whole;
  const place = table.columns.indexOf(column);
  const spelling = known ?? timeSpelling(textsOf(whole, column)).spelling;
  const times = Float64Array.from(rows, (row, at) => {
    const cell = cellAt(row, place);
    const time = cell === undefined ? undefined : readTime(cell.text, spelling);
    if (time !== undefined) return time;
    const got = cell === undefined ? "nothing" : describeCell(cell);
    const expected = `a time such as ${spelling}`;
    throw new ModelwrightError("SERIES_TIME_INVALID", { where: whereIs(at), column, expected, got });
  });
  return { times, spelling };
}

async function readTarget(
  whole: WholeTable,
  column: string,
  { spelling, whereIs }: { readonly spelling: string | undefined; readonly whereIs: (row: number) => string },
): Promise<ColumnOf<"number">> {
  const kind = { name: column, kind: "number", ...(spelling === undefined ? {} : { spelling }) } as const;
  const { frame, looks, codes } = await readInputs([kind], asTable(whole));
  const [first] = looks[0]!.unfit.examples;
  if (first !== undefined) {
    const row = [...codes[0]!.keys()].find((each) => whereIs(each) === first.where)!;
    const { file, line } = { file: whole.rows[row]!.file ?? whole.table.name, line: whole.rows[row]!.line };
    const got = JSON.stringify(first.value);
    throw new ModelwrightError("DATA_VALUE_TYPE", { file, line, column, expected: "a number", got });
  }
  return frame.columns[0] as ColumnOf<"number">;
}

/** The names of each row's series. */
function keysOf(
  { table, rows }: WholeTable,
  columns: readonly string[],
  whereIs: (row: number) => string,
): (readonly string[])[] {
  const places = columns.map((name) => [name, table.columns.indexOf(name)] as const);
  return rows.map((row, at) =>
    places.map(([name, place]) => {
      const cell = cellAt(row, place);
      if (cell !== undefined) return cell.text.trim();
      const { file, line } = { file: row.file ?? table.name, line: row.line };
      throw new ModelwrightError("DATA_VALUE_TYPE", {
        file,
        line,
        column: name,
        expected: "the name of a series",
        got: `nothing (${whereIs(at)})`,
      });
    }),
  );
}

/** The columns beside time and target: those that name series as categories, the others as their values say. */
async function readOthers(
  whole: WholeTable,
  { time, target, series }: SeriesColumns,
  {
    kinds,
    ignore,
    ahead,
    report,
  }: {
    readonly kinds: Readonly<Record<string, ColumnKind>>;
    readonly ignore: readonly string[];
    readonly ahead: readonly string[];
    readonly report: ReportBuilder;
  },
): Promise<{ readonly frame: Frame; readonly looks: readonly ColumnLook[] }> {
  const { table } = whole;
  const settings = { "data.known": ahead, "data.ignore": ignore, "data.kinds": Object.keys(kinds) };
  for (const [setting, names] of Object.entries(settings)) {
    const absent = names.find((name) => !table.columns.includes(name));
    if (absent === undefined) continue;
    const got = `${table.name} with ${listed(
      table.columns.map((each) => JSON.stringify(each)),
      20,
    )}`;
    throw new ModelwrightError("FEATURES_SETTING_INVALID", {
      setting: `${setting}: "${absent}"`,
      rule: "must name a column of the data",
      got,
    });
  }
  const others = table.columns.filter((name) => ![time, target, ...ignore, ...series].includes(name));
  const naming = await readFrame(asTable(whole), {
    columns: series,
    kinds: Object.fromEntries(series.map((name) => [name, "category"] as const)),
  });
  const rest = await readFrame(asTable(whole), {
    columns: others,
    kinds: Object.fromEntries(Object.entries(kinds).filter(([name]) => others.includes(name))),
  });
  const left: string[] = [];
  const kept = rest.looks.filter((look) => {
    const why = leftOut(look);
    if (why !== undefined) left.push(`"${look.name}" ${why}`);
    return why === undefined;
  });
  if (left.length > 0) report.step("columns left out", listed(left, 10), whole.rows.length, "row");
  for (const { name, doubt, unfit, kind } of kept) {
    if (doubt !== undefined) report.warn(`"${name}": ${doubt}`);
    if (unfit.rows === 0) continue;
    const are = unfit.rows === 1 ? "is" : "are";
    report.warn(
      `"${name}": ${counted(unfit.rows, "value")} that ${are} no ${kind} count as missing: ${listed(unfitInWords(unfit))}`,
    );
  }
  const names = new Set(kept.map(({ name }) => name));
  return {
    frame: {
      rows: whole.rows.length,
      columns: [...naming.frame.columns, ...rest.frame.columns.filter(({ name }) => names.has(name))],
    },
    looks: kept,
  };
}

/** Why a column is left out that the recipe does not name. */
function leftOut({ isConstant, isIdLike, kind }: ColumnLook): string | undefined {
  if (isConstant) return "says the same in all rows";
  if (kind === "text") return "holds texts, which forecasts do not read; data.kinds may say that they are categories";
  return isIdLike && kind !== "number" ? "numbers or names the rows" : undefined;
}
