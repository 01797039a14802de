import { createHash } from "node:crypto";
import { type ColumnKind, ModelwrightError, type RowRules } from "@modelwright/contracts";
import type { Column } from "../frames/frame.ts";
import type { DataReport } from "../prepared-data.ts";
import { counted, ReportBuilder } from "../report-builder.ts";
import type { TableOptions } from "../sources/table-options.ts";
import { readWholeTable, type WholeTable } from "../table-rows/whole-table.ts";
import { type ReadSeries, readSeries, type SeriesColumns } from "./read-series.ts";
import {
  buildPanel,
  endOf,
  gridOf,
  type PanelCleaning,
  type PanelCounts,
  panelBefore,
  rowsBySeries,
  type SeriesPanel,
  seriesName,
} from "./series-panel.ts";
import type { SeriesWindow } from "./series-windows.ts";
import { tellFrequency } from "./tell-frequency.ts";
import { tellSeason } from "./tell-season.ts";
import { TimeGrid } from "./time-grid.ts";

/** What a recipe says of series. */
export interface SeriesSettings extends RowRules {
  readonly source: string;
  readonly encoding?: string | undefined;
  readonly query?: string | undefined;
  readonly columns: {
    readonly time: string;
    readonly target: string;
    readonly series?: string | readonly string[] | undefined;
  };
  readonly known: readonly string[];
  readonly kinds: Readonly<Record<string, ColumnKind>>;
  readonly ignore: readonly string[];
  /** `auto`, or as the contracts have it. */
  readonly frequency: string;
  readonly horizon?: number | undefined;
  readonly clean: PanelCleaning;
  readonly split: {
    readonly test?: number | undefined;
    readonly step?: number | undefined;
    readonly validation?: number | undefined;
  };
}

/** What a recipe says of the model that decides which windows there are. */
export interface WindowSettings {
  readonly season?: number | undefined;
  readonly context?: number | undefined;
  /** Steps of training windows at most. */
  readonly examples: number;
}

/** Windows over series of which nothing later is known than they may be told. */
export interface SeriesSplit {
  readonly panel: SeriesPanel;
  readonly windows: readonly SeriesWindow[];
  readonly shape: SeriesShape;
}

/** What all windows of some series have alike. */
export interface SeriesShape {
  readonly columns: SeriesColumns;
  /** How times and numbers are written. */
  readonly spelling: string;
  readonly targetColumn: ReadSeries["targetColumn"];
  /** Columns known ahead, and the others, as far as they are read. */
  readonly known: readonly string[];
  readonly past: readonly string[];
  readonly horizon: number;
  readonly season: number;
  readonly context: number;
  /** Values that a history has at least. */
  readonly leastValues: number;
  readonly windows: { readonly count: number; readonly step: number };
}

/** Series in their splits. */
export interface PreparedSeries {
  readonly train: SeriesSplit;
  readonly validation: SeriesSplit;
  readonly test: SeriesSplit;
  /** SHA-256 (hexadecimal) over series, values and columns. */
  readonly digest: string;
  readonly report: DataReport;
}

/** Share of the times that test windows take, where a recipe does not say; and how many they are at most. */
const TEST_SHARE = 0.2;
const MOST_TEST_WINDOWS = 30;
/** Of the times, a horizon that nobody names is at most so much. */
const HORIZON_SHARE = 1 / 6;
const MOST_VALIDATION_WINDOWS = 2000;

/** The columns that name series. */
export function namingColumns(series: string | readonly string[] | undefined): readonly string[] {
  return typeof series === "string" ? [series] : (series ?? []);
}

/**
 * Reads series, lays them on a grid of steps, and divides them by time: test windows at the end, before them the steps that validate, and
 * before those the ones to learn from.
 *
 * @throws {ModelwrightError} `DATA_…`, `SERIES_…` and `FEATURES_…`, naming file, row, rule, value and remedy.
 */
export async function prepareSeries(
  data: SeriesSettings,
  options: {
    readonly model: WindowSettings;
    readonly baseDir: string;
    readonly onVersion?: TableOptions["onVersion"];
    readonly onProgress?: (progress: { step: string; done: number; total?: number }) => void;
  },
): Promise<PreparedSeries> {
  const report = new ReportBuilder();
  const { whole, columns } = await readSeriesTable(data, options);
  report.warn(...whole.table.warnings);
  report.step("read", `${counted(whole.rows.length, "row")} of ${whole.table.name}`, whole.rows.length, "row");
  const { kinds, ignore, known: ahead } = data;
  const read = await readSeries(whole, columns, { kinds, ignore, ahead, report });
  const grid = frequencyOf(read, data.frequency, whole.table.name);
  const { panel, counts } = buildPanel(read, grid, data.clean);
  tellPanel(panel, counts, { report, clean: data.clean, isTold: data.frequency === "auto" });
  if (panel.series.length === 0)
    throw new ModelwrightError("DATA_EMPTY", {
      file: whole.table.name,
      problem: `no row has a value in "${columns.target}"`,
    });
  const names = panel.frame.columns.map(({ name }) => name).filter((name) => !columns.series.includes(name));
  const known = names.filter((name) => ahead.includes(name));
  const layout = divide(panel, data);
  const learning = panelBefore(panel, layout.validationBegin);
  const season =
    options.model.season ??
    tellSeason(
      learning.series.map(({ values }) => values),
      grid.seasons,
    );
  const shape: SeriesShape = {
    columns,
    spelling: read.spelling,
    targetColumn: read.targetColumn,
    known,
    past: names.filter((name) => !ahead.includes(name)),
    horizon: layout.horizon,
    season,
    context: options.model.context ?? defaultContext(learning, { season, horizon: layout.horizon }),
    leastValues: Math.max(2, season),
    windows: { count: layout.count, step: layout.step },
  };
  const train = { panel: learning, windows: trainingWindows(learning, shape, options.model.examples), shape };
  const beforeTest = panelBefore(panel, layout.testBegin);
  const validation = { panel: beforeTest, windows: validationWindows(beforeTest, shape, layout), shape };
  const test = { panel, windows: testWindows(panel, shape, layout), shape };
  requireWindows({ train, validation, test });
  const steps = (from: number, to: number) =>
    `${grid.show(timeAt(panel, from))} to ${grid.show(timeAt(panel, to - 1))}`;
  const shown = (windows: readonly SeriesWindow[], from: number, to: number) =>
    `${counted(windows.length, "window")} of ${steps(from, to)}`;
  report.step(
    "split",
    `train ${shown(train.windows, layout.begin, layout.validationBegin)}, validation ${shown(validation.windows, layout.validationBegin, layout.testBegin)}, test ${shown(test.windows, layout.testBegin, layout.end)}; ${counted(shape.horizon, "step")} each, season ${season === 1 ? "none" : season}`,
    train.windows.length + validation.windows.length + test.windows.length,
  );
  return {
    train,
    validation,
    test,
    digest: seriesDigest(panel, shape),
    report: report.build(
      names.length === 0
        ? "earlier values and the calendar"
        : `earlier values, the calendar, ${counted(names.length, "column")}`,
    ),
  };
}

/** All rows of a source with the columns of series, time and target. */
export async function readSeriesTable(
  data: Pick<SeriesSettings, "source" | "encoding" | "query" | "columns"> & RowRules,
  {
    baseDir,
    onVersion,
    onProgress,
  }: {
    readonly baseDir: string;
    readonly onVersion?: TableOptions["onVersion"];
    readonly onProgress?: (progress: { step: string; done: number }) => void;
  },
): Promise<{ readonly whole: WholeTable; readonly columns: SeriesColumns }> {
  const series = namingColumns(data.columns.series);
  const { time, target } = data.columns;
  const whole = await readWholeTable(data.source, {
    required: ["time", "target"],
    columns: { time, target },
    baseDir,
    encoding: data.encoding,
    query: data.query,
    rowRules: data,
    onVersion,
    onProgress: (done) => onProgress?.({ step: "read", done }),
  });
  const { table } = whole;
  for (const column of series) {
    if (table.columns.includes(column)) continue;
    throw new ModelwrightError("DATA_COLUMN_MISSING", {
      file: table.name,
      column,
      role: "series",
      available: table.columns,
    });
  }
  return { whole, columns: { time: whole.columns.time!, target: whole.columns.target!, series } };
}

/** The grid that a recipe names, or that the times are on. */
function frequencyOf(rows: ReadSeries, frequency: string, file: string): TimeGrid {
  if (frequency !== "auto") return TimeGrid.of(frequency);
  const times = [...rowsBySeries(rows).values()].map((own) =>
    Float64Array.from(new Set(Array.from(own, (row) => rows.times[row]!))),
  );
  return tellFrequency(times, file);
}

function tellPanel(
  { frequency, series }: SeriesPanel,
  { merged, gaps, longestGap, empty }: PanelCounts,
  {
    report,
    clean,
    isTold,
  }: { readonly report: ReportBuilder; readonly clean: PanelCleaning; readonly isTold: boolean },
): void {
  const values = series.reduce((sum, each) => sum + each.values.length, 0);
  const told = isTold ? ", told from the times" : "";
  report.step(
    "steps",
    `${counted(series.length, "series", "series")} of ${counted(values, "step")}, one per ${frequency}${told}`,
    values,
    "step",
  );
  if (merged > 0)
    report.step(
      "doubled times",
      `${counted(merged, "row")} put together with others of their step: ${clean.times}`,
      values,
      "step",
    );
  if (gaps > 0) {
    const filled = {
      missing: "left open",
      zero: "0",
      forward: "the value before",
      interpolate: "on a line between those around",
    };
    const detail = `${counted(gaps, "step")} without a value: ${filled[clean.gaps]}; the longest gap is of ${counted(longestGap, "step")}`;
    report.step("gaps", detail, values, "step");
    if (clean.gaps === "missing" && gaps > values / 4)
      report.warn(
        `${counted(gaps, "step")} of ${counted(values, "step")} have no value; where no row means that nothing happened, say clean.gaps: zero`,
      );
  }
  if (empty > 0)
    report.warn(`${counted(empty, "series", "series")} without any value ${empty === 1 ? "is" : "are"} left out`);
}

/** Where the splits begin, in steps. */
interface Layout {
  readonly begin: number;
  readonly validationBegin: number;
  readonly testBegin: number;
  readonly end: number;
  readonly horizon: number;
  readonly step: number;
  readonly count: number;
}

function divide(panel: SeriesPanel, data: Pick<SeriesSettings, "horizon" | "split">): Layout {
  const { series } = panel;
  const begin = Math.min(...series.map(({ start }) => start));
  const end = Math.max(...series.map(endOf));
  const steps = end - begin;
  const horizon = data.horizon ?? Math.max(1, Math.min(gridOf(panel).horizon, Math.floor(steps * HORIZON_SHARE)));
  const { step = horizon, test, validation } = data.split;
  const fitting = Math.floor((steps * TEST_SHARE - horizon) / step) + 1;
  const count = test ?? Math.max(1, Math.min(MOST_TEST_WINDOWS, fitting));
  const span = horizon + (count - 1) * step;
  const testBegin = end - span;
  const validationBegin = testBegin - (validation ?? span);
  const needed = begin + 2 - validationBegin;
  if (needed > 0) {
    const longest = series.reduce((a, b) => (b.values.length > a.values.length ? b : a));
    throw new ModelwrightError("SERIES_TOO_SHORT", {
      series: seriesName(longest.key),
      values: longest.values.length,
      needed: longest.values.length + needed,
      why: `for ${counted(count, "test window")} of ${counted(horizon, "step")}, as many steps to validate, and some to learn from`,
    });
  }
  return { begin, validationBegin, testBegin, end, horizon, step, count };
}

/** A season's multiple that smoothing has settled after, within bounds; and a year, where series are that long. */
function defaultContext(
  panel: SeriesPanel,
  { season, horizon }: { readonly season: number; readonly horizon: number },
): number {
  const longest = Math.max(...panel.series.map(({ values }) => values.length));
  const seasons = Math.max(120, Math.min(8 * season, Math.max(250, 3 * season)));
  const { year } = gridOf(panel);
  const withYear = year !== undefined && longest >= 2 * year ? Math.max(seasons, year + horizon + 8) : seasons;
  return Math.max(2, Math.min(withYear, longest));
}

function filledBefore({ values, start }: SeriesPanel["series"][number], origin: number): number {
  return Math.max(0, Math.min(origin - start, values.length));
}

/** Windows from every origin, evenly thinned to as many as are wanted. */
function trainingWindows(panel: SeriesPanel, { horizon, leastValues }: SeriesShape, examples: number): SeriesWindow[] {
  const all: SeriesWindow[] = [];
  for (const [series, each] of panel.series.entries())
    for (let origin = each.start + leastValues; origin < endOf(each); origin++) all.push({ series, origin });
  return thinned(all, Math.ceil(examples / horizon));
}

function validationWindows(
  panel: SeriesPanel,
  shape: SeriesShape,
  { validationBegin, testBegin }: Layout,
): SeriesWindow[] {
  const origins = Array.from({ length: testBegin - validationBegin }, (_, i) => validationBegin + i);
  return thinned(windowsAt(panel, origins, shape), MOST_VALIDATION_WINDOWS);
}

function testWindows(panel: SeriesPanel, shape: SeriesShape, { testBegin, step, count }: Layout): SeriesWindow[] {
  const origins = Array.from({ length: count }, (_, i) => testBegin + i * step);
  return windowsAt(panel, origins, shape);
}

/** Windows of all series that have a history and a value to be forecast there. */
function windowsAt(
  panel: SeriesPanel,
  origins: readonly number[],
  { horizon, leastValues }: SeriesShape,
): SeriesWindow[] {
  return origins.flatMap((origin) =>
    panel.series.flatMap((each, series) => {
      const { values, start } = each;
      const ahead = values.subarray(Math.max(0, origin - start), Math.max(0, origin + horizon - start));
      const isThere = filledBefore(each, origin) >= leastValues && origin < endOf(each) && !ahead.every(Number.isNaN);
      return isThere ? [{ series, origin }] : [];
    }),
  );
}

function thinned<T>(all: readonly T[], most: number): T[] {
  const stride = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(all.length, most) }, (_, i) => all[Math.floor(i * stride)]!);
}

function requireWindows(splits: Readonly<Record<"train" | "validation" | "test", SeriesSplit>>): void {
  for (const [name, { windows, panel, shape }] of Object.entries(splits)) {
    if (windows.length > 0) continue;
    const longest = panel.series.reduce((a, b) => (b.values.length > a.values.length ? b : a));
    throw new ModelwrightError("SERIES_TOO_SHORT", {
      series: seriesName(longest.key),
      values: longest.values.length,
      needed: shape.leastValues + shape.horizon,
      why: `for a history of ${shape.leastValues} and ${counted(shape.horizon, "step")} to forecast; no series has a window of ${name}`,
    });
  }
}

function timeAt(panel: SeriesPanel, step: number): number {
  return gridOf(panel).timeOf(step, panel.series[0]!.phase);
}

/** Windows of a further source on which a stored version is evaluated: as those of its test split, from the end back. */
export function evaluationWindows(panel: SeriesPanel, shape: SeriesShape): SeriesWindow[] {
  const { horizon, windows, leastValues } = shape;
  const end = Math.max(...panel.series.map(endOf));
  const begin = Math.min(...panel.series.map(({ start }) => start)) + leastValues;
  const origins = Array.from(
    { length: windows.count },
    (_, i) => end - horizon - (windows.count - 1 - i) * windows.step,
  );
  return windowsAt(
    panel,
    origins.filter((origin) => origin >= begin),
    shape,
  );
}

/** SHA-256 over what a run reads. */
function seriesDigest({ frequency, series, frame }: SeriesPanel, shape: SeriesShape): string {
  const hash = createHash("sha256");
  const { columns, horizon, season, context, windows } = shape;
  hash.update(JSON.stringify([frequency, columns, horizon, season, context, windows]));
  for (const { key, start, phase, values, rows } of series) {
    hash.update(JSON.stringify([key, start, phase]));
    hash.update(values);
    hash.update(rows);
  }
  for (const column of frame.columns) hash.update(JSON.stringify([column.name, column.kind, contentsOf(column)]));
  return hash.digest("hex");
}

function contentsOf(column: Column): unknown {
  return column.kind === "category" ? [column.categories, [...column.codes]] : [...column.values];
}
