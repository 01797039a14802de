import { ModelwrightError } from "@modelwright/contracts";
import type { Frame } from "../frames/frame.ts";
import { type Phase, TimeGrid } from "./time-grid.ts";

/** Values of one series, step by step. */
export interface Series {
  /** What it is called, by the columns that name series; empty where there is one. */
  readonly key: readonly string[];
  readonly phase: Phase;
  /** The step of the first value. */
  readonly start: number;
  /** From `start` on, to the last value; NaN: missing. */
  readonly values: Float64Array;
  /** The row of the frame at each step from `start` on, also of steps after the last value; −1: there is none. */
  readonly rows: Int32Array;
}

/** Series on a grid of steps, with what is known beside their values. */
export interface SeriesPanel {
  /** How far steps are apart: `day`, `15 minutes`. */
  readonly frequency: string;
  readonly series: readonly Series[];
  /** Columns beside time and target, of all rows of the source: those that name series, those known ahead, and the others. */
  readonly frame: Frame;
}

/** What becomes of rows that are not one per step. */
export interface PanelCleaning {
  readonly times: "error" | "sum" | "mean" | "last";
  readonly gaps: "missing" | "zero" | "forward" | "interpolate";
}

/** Rows as they were read. */
export interface PanelRows {
  /** Milliseconds since 1970. */
  readonly times: Float64Array;
  /** NaN: missing. */
  readonly target: Float64Array;
  /** Of each row. */
  readonly keys: readonly (readonly string[])[];
  readonly frame: Frame;
  /** `file:line`, or a row of a request. */
  readonly whereIs: (row: number) => string;
}

/** What was done to make one value per step. */
export interface PanelCounts {
  /** Rows that were put together with an earlier one. */
  readonly merged: number;
  /** Steps without a value, between the first and the last of their series. */
  readonly gaps: number;
  /** The longest run of them. */
  readonly longestGap: number;
  /** Series without any value. */
  readonly empty: number;
}

/** A series as messages name it. */
export function seriesName(key: readonly string[]): string {
  return key.map((part) => `"${part}"`).join(" ");
}

/** Rows by series, each in the order of time. */
export function rowsBySeries({ times, keys }: Pick<PanelRows, "times" | "keys">): Map<string, Int32Array> {
  const rows = new Map<string, number[]>();
  for (const [row, key] of keys.entries()) {
    const name = JSON.stringify(key);
    const own = rows.get(name);
    if (own === undefined) rows.set(name, [row]);
    else own.push(row);
  }
  return new Map(
    [...rows].map(([name, own]) => [name, Int32Array.from(own).sort((a, b) => times[a]! - times[b]! || a - b)]),
  );
}

/**
 * Lays rows on the steps of a grid.
 *
 * @throws {ModelwrightError} `SERIES_OFF_GRID`, `SERIES_TIME_REPEATED`.
 */
export function buildPanel(
  rows: PanelRows,
  grid: TimeGrid,
  clean: PanelCleaning,
): { readonly panel: SeriesPanel; readonly counts: PanelCounts } {
  const counts = { merged: 0, gaps: 0, longestGap: 0, empty: 0 };
  const series: Series[] = [];
  for (const [name, own] of rowsBySeries(rows)) {
    const laid = laySeries(rows, own, { grid, clean, key: JSON.parse(name) as string[] });
    counts.merged += laid.merged;
    if (laid.series === undefined) {
      counts.empty++;
      continue;
    }
    const { gaps, longest } = fillGaps(laid.series.values, clean.gaps);
    counts.gaps += gaps;
    counts.longestGap = Math.max(counts.longestGap, longest);
    series.push(laid.series);
  }
  return { panel: { frequency: grid.name, series, frame: rows.frame }, counts };
}

function laySeries(
  { times, target, whereIs }: PanelRows,
  own: Int32Array,
  { grid, clean, key }: { readonly grid: TimeGrid; readonly clean: PanelCleaning; readonly key: readonly string[] },
): { readonly series: Series | undefined; readonly merged: number } {
  const phase = grid.phaseOf(times[own[0]!]!);
  const steps = Array.from(own, (row) => {
    const step = grid.stepOf(times[row]!, phase);
    if (step !== undefined) return step;
    throw new ModelwrightError("SERIES_OFF_GRID", {
      series: seriesName(key),
      where: whereIs(row),
      time: grid.show(times[row]!),
      frequency: grid.name,
      example: grid.show(times[own[0]!]!),
    });
  });
  refuseRepeats({ own, steps, key, whereIs, time: (i) => grid.show(times[own[i]!]!) }, clean.times);
  const filled = [...own.keys()].filter((i) => !Number.isNaN(target[own[i]!]!));
  if (filled.length === 0) return { series: undefined, merged: 0 };
  const start = steps[filled[0]!]!;
  const last = steps[filled.at(-1)!]!;
  const values = new Float64Array(last - start + 1).fill(Number.NaN);
  const of = new Int32Array(steps.at(-1)! - start + 1).fill(-1);
  const summed = new Int32Array(values.length);
  for (const [i, row] of own.entries()) {
    const at = steps[i]! - start;
    if (at < 0) continue;
    of[at] = row;
    const value = target[row]!;
    if (at >= values.length || Number.isNaN(value)) continue;
    const before = summed[at]! === 0 || clean.times === "last" ? 0 : values[at]!;
    values[at] = before + value;
    summed[at]!++;
  }
  if (clean.times === "mean") for (const [at, count] of summed.entries()) if (count > 1) values[at]! /= count;
  return { series: { key, phase, start, values, rows: of }, merged: steps.length - new Set(steps).size };
}

function refuseRepeats(
  laid: {
    readonly own: Int32Array;
    readonly steps: readonly number[];
    readonly key: readonly string[];
    readonly whereIs: (row: number) => string;
    readonly time: (i: number) => string;
  },
  times: PanelCleaning["times"],
): void {
  const { own, steps, key, whereIs, time } = laid;
  const repeats = [...steps.keys()].filter((i) => i > 0 && steps[i] === steps[i - 1]);
  const [first] = repeats;
  if (times !== "error" || first === undefined) return;
  throw new ModelwrightError("SERIES_TIME_REPEATED", {
    series: seriesName(key),
    time: time(first),
    where: [whereIs(own[first - 1]!), whereIs(own[first]!)],
    count: repeats.length,
  });
}

/** What stands for the value of a step without one; `before` and `after` are the values around it. */
const FILLED: Readonly<Record<PanelCleaning["gaps"], (before: number, after: number, share: number) => number>> = {
  missing: () => Number.NaN,
  zero: () => 0,
  forward: (before) => before,
  interpolate: (before, after, share) => before + share * (after - before),
};

/** Fills values in place; the first and the last are there. */
function fillGaps(
  values: Float64Array,
  gaps: PanelCleaning["gaps"],
): { readonly gaps: number; readonly longest: number } {
  let [count, longest] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    if (!Number.isNaN(values[at]!)) continue;
    let end = at;
    while (Number.isNaN(values[end]!)) end++;
    const length = end - at;
    const [before, after] = [values[at - 1]!, values[end]!];
    for (let i = 0; i < length; i++) values[at + i] = FILLED[gaps](before, after, (i + 1) / (length + 1));
    count += length;
    longest = Math.max(longest, length);
    at = end;
  }
  return { gaps: count, longest };
}

/** The grid of a panel's steps. */
export function gridOf({ frequency }: Pick<SeriesPanel, "frequency">): TimeGrid {
  return TimeGrid.of(frequency);
}

/** The step behind the last value. */
export function endOf({ start, values }: Pick<Series, "start" | "values">): number {
  return start + values.length;
}

/** Values up to a step, without it: what may be learnt from before it. Series that begin later are left out. */
export function panelBefore(panel: SeriesPanel, step: number): SeriesPanel {
  return {
    ...panel,
    series: panel.series.flatMap((each) => {
      const length = Math.min(each.values.length, step - each.start);
      return length <= 0 ? [] : [{ ...each, values: each.values.slice(0, length), rows: each.rows.slice(0, length) }];
    }),
  };
}
