import { ModelwrightError } from "@modelwright/contracts";
import type { Column, ColumnKind, ColumnOf, Frame } from "../frames/frame.ts";
import { gridOf, type Series, type SeriesPanel, seriesName } from "./series-panel.ts";
import { isoTime } from "./time-grid.ts";

/** A forecast that is, or could have been, made: of the steps from its origin on, from what lies before it. */
export interface SeriesWindow {
  /** A place in the panel. */
  readonly series: number;
  /** The first step that is forecast. */
  readonly origin: number;
}

/** What is read of windows. */
export interface WindowReading {
  /** Values of the history. */
  readonly context: number;
  readonly horizon: number;
  /** The column of times. */
  readonly time: string;
  /** Columns that name series. */
  readonly series: readonly string[];
  readonly known: readonly string[];
  readonly past: readonly string[];
}

/** Windows as a model reads them. */
export interface WindowTensors {
  /** `[windows, context]`, the last value before the origin at the end; NaN where there is none. */
  readonly history: Float32Array;
  /** A row per window and step, `[windows · horizon]`: the time and the columns known ahead. */
  readonly steps: Frame;
  /** A row per window: the columns that name series, and the others as the last row before the origin has them. */
  readonly windows: Frame;
}

/** Lays out what a model reads of windows. */
export function windowTensors(
  panel: SeriesPanel,
  windows: readonly SeriesWindow[],
  { context, horizon, time, series: naming, known, past }: WindowReading,
): WindowTensors {
  const grid = gridOf(panel);
  const history = new Float32Array(windows.length * context).fill(Number.NaN);
  const times = new Float64Array(windows.length * horizon);
  const stepRows = new Int32Array(windows.length * horizon).fill(-1);
  const lastRows = new Int32Array(windows.length).fill(-1);
  const anyRows = new Int32Array(windows.length).fill(-1);
  for (const [i, { series, origin }] of windows.entries()) {
    const each = panel.series[series]!;
    const { start, values, rows, phase } = each;
    const end = Math.min(origin - start, values.length);
    for (let at = Math.max(0, origin - start - context); at < end; at++)
      history[(i + 1) * context - (origin - start) + at] = values[at]!;
    for (let step = 0; step < horizon; step++) {
      const at = i * horizon + step;
      times[at] = grid.timeOf(origin + step, phase);
      stepRows[at] = rows[origin + step - start] ?? -1;
    }
    lastRows[i] = lastRowBefore(each, origin);
    anyRows[i] = rows.find((row) => row >= 0) ?? -1;
  }
  const column = (name: string) => panel.frame.columns.find((each) => each.name === name)!;
  return {
    history,
    steps: {
      rows: times.length,
      columns: [
        { kind: "date", name: time, values: times },
        ...known.map((name) => takeOrMissing(column(name), stepRows)),
      ],
    },
    windows: {
      rows: windows.length,
      columns: [
        ...naming.map((name) => takeOrMissing(column(name), anyRows)),
        ...past.map((name) => takeOrMissing(column(name), lastRows)),
      ],
    },
  };
}

function lastRowBefore({ rows, start }: Series, origin: number): number {
  for (let at = Math.min(origin - start, rows.length) - 1; at >= 0; at--) if (rows[at]! >= 0) return rows[at]!;
  return -1;
}

const TAKE: { readonly [K in ColumnKind]: (column: ColumnOf<K>, rows: Int32Array) => ColumnOf<K> } = {
  number: (column, rows) => ({ ...column, values: Float64Array.from(rows, (row) => column.values[row] ?? Number.NaN) }),
  category: (column, rows) => ({ ...column, codes: rows.map((row) => column.codes[row] ?? -1) }),
  date: (column, rows) => ({ ...column, values: Float64Array.from(rows, (row) => column.values[row] ?? Number.NaN) }),
  text: (column, rows) => ({ ...column, values: Array.from(rows, (row) => column.values[row] ?? "") }),
};

/** Rows of a column; −1: a missing value. */
function takeOrMissing(column: Column, rows: Int32Array): Column {
  return TAKE[column.kind](column as never, rows);
}

/** The values of a window's steps, NaN where one is missing or not there yet. */
export function actualValues({ series }: SeriesPanel, window: SeriesWindow, horizon: number): Float64Array {
  const { start, values } = series[window.series]!;
  return Float64Array.from({ length: horizon }, (_, step) => values[window.origin + step - start] ?? Number.NaN);
}

/** When the steps of a window are, as answers write it. */
export function stepTimes(panel: SeriesPanel, window: SeriesWindow, horizon: number): string[] {
  const { phase } = panel.series[window.series]!;
  const grid = gridOf(panel);
  return Array.from({ length: horizon }, (_, step) => isoTime(grid.timeOf(window.origin + step, phase)));
}

/**
 * Checks that what is to be forecast has rows with the columns known ahead.
 *
 * @throws {ModelwrightError} `SERIES_FUTURE_MISSING`.
 */
export function requireFuture(
  panel: SeriesPanel,
  { series, origin }: SeriesWindow,
  { known, horizon }: { readonly known: readonly string[]; readonly horizon: number },
): void {
  const [column] = known;
  if (column === undefined) return;
  const { key, rows, start, phase } = panel.series[series]!;
  for (let step = 0; step < horizon; step++) {
    if ((rows[origin + step - start] ?? -1) >= 0) continue;
    const grid = gridOf(panel);
    const time = grid.show(grid.timeOf(origin + step, phase));
    throw new ModelwrightError("SERIES_FUTURE_MISSING", { series: seriesName(key), column, time });
  }
}
