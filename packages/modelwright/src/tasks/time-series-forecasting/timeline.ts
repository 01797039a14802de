import type { RowItem, SeriesItem } from "@modelwright/contracts";
import { gridOf, isoTime, rowItem, type SeriesSplit, takeRows } from "@modelwright/data";

/** A window as a client sends it: the rows before its origin, and what is known ahead. */
export function timelineOf({ panel, windows, shape }: SeriesSplit, place: number): SeriesItem {
  const { series, origin } = windows[place]!;
  const { columns, context, horizon, known, past } = shape;
  const { key, start, values, rows, phase } = panel.series[series]!;
  const grid = gridOf(panel);
  const names = Object.fromEntries(columns.series.map((name, i) => [name, key[i]!]));
  const ofRow = (at: number, wanted: readonly string[]): RowItem => {
    const row = rows[at] ?? -1;
    const own = { ...panel.frame, columns: panel.frame.columns.filter(({ name }) => wanted.includes(name)) };
    if (row < 0) return Object.fromEntries(wanted.map((name) => [name, null]));
    return rowItem(takeRows(own, Int32Array.of(row)), 0);
  };
  const timeAt = (step: number) => ({ [columns.time]: isoTime(grid.timeOf(step, phase)) });
  const first = Math.max(0, origin - start - context);
  const history = Array.from({ length: Math.min(origin - start, values.length) - first }, (_, i) => {
    const at = first + i;
    const value = values[at]!;
    const target = Number.isNaN(value) ? null : value;
    return { ...timeAt(start + at), [columns.target]: target, ...ofRow(at, [...known, ...past]) };
  });
  const future = Array.from({ length: horizon }, (_, step) => ({
    ...timeAt(origin + step),
    ...ofRow(origin + step - start, known),
  }));
  return {
    history,
    ...(known.length === 0 ? {} : { future }),
    ...(columns.series.length === 0 ? {} : { series: names }),
  };
}
