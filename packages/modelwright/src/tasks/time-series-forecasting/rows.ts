import type { ManifestOf } from "@modelwright/contracts";
import {
  actualValues,
  buildPanel,
  evaluationWindows,
  type PreparedSeries,
  prepareSeries,
  ReportBuilder,
  readSeries,
  readSeriesTable,
  type SeriesShape,
  type SeriesSplit,
  TimeGrid,
} from "@modelwright/data";
import { showNumber } from "../../wording/show-number.ts";
import { HeldOut } from "../held-out.ts";
import type { DataContext, EvaluationRows, EvaluationSource, PreparedData, Trial } from "../task.ts";
import { beforeTest } from "./before-test.ts";
import type { SeriesRecipe } from "./learner.ts";
import { windowTexts } from "./outcome.ts";
import { timelineOf } from "./timeline.ts";

/** Reads series, lays them on steps and divides them by time. */
export async function prepareRows(
  recipe: SeriesRecipe,
  { baseDir, onVersion, onProgress }: DataContext,
): Promise<PreparedData<SeriesSplit>> {
  const { season, context } = recipe.model;
  const prepared = await prepareSeries(recipe.data, {
    model: { season, context, examples: recipe.train.examples },
    baseDir,
    onVersion,
    onProgress: ({ step, ...progress }) => onProgress({ stage: step as "read", ...progress }),
  });
  const { train, validation, test, digest, report } = prepared;
  return {
    learning: { train, validation },
    test: new HeldOut(test, test.windows.length),
    development: developmentOf(prepared),
    digest,
    report,
  };
}

/** Windows that are not for the test: the recipe refuses to divide them otherwise than by time. */
function developmentOf({ train, validation }: PreparedSeries): PreparedData<SeriesSplit>["development"] {
  const rows = beforeTest({ train, validation });
  const { windows } = rows;
  const ids = windowTexts(rows);
  return {
    rows,
    division: {
      groups: Int32Array.from(windows.keys()),
      strata: windows.map(() => ["all"]),
      places: ids,
      ids,
      keys: ids,
      times: windows.map(({ origin }) => origin),
    },
    settings: { by: "time", test: 0, validation: 0.2, stratify: false, seed: 0 },
  };
}

export function takeWindows(split: SeriesSplit, chosen: Int32Array): SeriesSplit {
  return { ...split, windows: Array.from(chosen, (window) => split.windows[window]!) };
}

/** What windows of a stored version have alike. */
function shapeOf({ preprocessing, horizon, season, windows }: ManifestOf<"time-series-forecasting">): SeriesShape {
  const { time, target, naming, known, past, context, leastValues } = preprocessing;
  return {
    columns: { time: time.column, target: target.column, series: naming },
    spelling: time.spelling,
    targetColumn: {},
    known: known.map(({ name }) => name),
    past: past.map(({ name }) => name),
    horizon,
    season,
    context,
    leastValues,
    windows,
  };
}

/** Windows of a file for a stored version: as those of its test split, counted from the last value back. */
export async function evaluationRows(
  manifest: ManifestOf<"time-series-forecasting">,
  { source, columns: named, encoding }: EvaluationSource,
): Promise<EvaluationRows<SeriesSplit>> {
  const { preprocessing } = manifest;
  const { time, target, naming, frequency, times, gaps } = preprocessing;
  const { whole, columns } = await readSeriesTable(
    {
      source,
      encoding,
      columns: { time: named.time ?? time.column, target: named.target ?? target.column, series: naming },
    },
    { baseDir: "." },
  );
  const report = new ReportBuilder();
  const inputs = [...preprocessing.series, ...preprocessing.known, ...preprocessing.past];
  const read = await readSeries(whole, columns, {
    kinds: {},
    ignore: [],
    ahead: [],
    known: { spelling: time.spelling, target, columns: inputs },
    report,
  });
  const { panel } = buildPanel(read, TimeGrid.of(frequency), { times, gaps });
  const shape = shapeOf(manifest);
  const windows = evaluationWindows(panel, shape);
  return {
    split: { panel, windows, shape },
    skipped: [],
    warnings: [...whole.table.warnings, ...report.build("").warnings],
  };
}

/** The first, a middle and the last test window. */
export function trialsOf(test: SeriesSplit): readonly Trial[] {
  const { windows, panel, shape } = test;
  const places = new Set([0, Math.floor(windows.length / 2), windows.length - 1]);
  return [...places].map((place) => {
    const actual = actualValues(panel, windows[place]!, shape.horizon);
    const shown = Array.from(actual.subarray(0, SHOWN), (value) => (Number.isNaN(value) ? "–" : showNumber(value)));
    const item = timelineOf(test, place);
    return { item, actual: `${shown.join(", ")}${actual.length > SHOWN ? ", …" : ""}` };
  });
}

/** Steps of a trial that are shown. */
const SHOWN = 4;
