import {
  type Column,
  type FeaturePreset,
  type FittedFeatures,
  type Frame,
  fitFeatures,
  type SeriesSplit,
  takeRows,
  windowTensors,
} from "@modelwright/data";
import { readingOf } from "./window-reading.ts";

/** Of a date what a unit of steps tells apart; of a step of years nothing repeats. */
const PARTS: readonly (readonly [unit: RegExp, parts: readonly ("month" | "day" | "weekday" | "hour" | "minute")[]])[] =
  [
    [/second|minute/, ["month", "weekday", "hour", "minute"]],
    [/hour/, ["month", "day", "weekday", "hour"]],
    [/day/, ["month", "day", "weekday"]],
    [/week/, ["month", "day"]],
    [/month|quarter/, ["month"]],
  ];
/** Windows by which it is told how columns become numbers. */
const WINDOWS = 2000;

/** Learns how the columns beside the values become numbers of each step. Undefined where none tells anything. */
export function fitStepColumns(split: SeriesSplit, preset: FeaturePreset): FittedFeatures | undefined {
  const { shape, panel, windows } = split;
  const { time } = shape.columns;
  const parts = PARTS.find(([unit]) => unit.test(panel.frequency))?.[1];
  const stride = Math.max(1, windows.length / WINDOWS);
  const some = Array.from({ length: Math.min(WINDOWS, windows.length) }, (_, i) => windows[Math.floor(i * stride)]!);
  const read = windowTensors(panel, some, readingOf(shape));
  const each = Int32Array.from({ length: read.steps.rows }, (_, row) => Math.floor(row / shape.horizon));
  const dates = read.steps.columns.filter(({ name }) => parts !== undefined || name !== time);
  const columns: Column[] = [...takeRows(read.windows, each).columns, ...dates];
  const frame: Frame = { rows: read.steps.rows, columns: columns.filter(differs) };
  if (frame.columns.length === 0) return undefined;
  const settings = { preset, ...(parts === undefined ? {} : { columns: { [time]: { parts } } }) };
  return fitFeatures(frame, frame.columns.some(({ name }) => name === time) ? settings : { preset });
}

/** Whether rows of a column are not all the same. */
function differs(column: Column): boolean {
  const values: ArrayLike<number | string> = column.kind === "category" ? column.codes : column.values;
  for (let row = 1; row < values.length; row++) if (!Object.is(values[row], values[0])) return true;
  return false;
}
