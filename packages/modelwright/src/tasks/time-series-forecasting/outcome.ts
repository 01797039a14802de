import { actualValues, gridOf, isoTime, type SeriesSplit, seriesName } from "@modelwright/data";
import type { ForecastOutcome, ForecastWindow } from "@modelwright/evaluation";
import { historyScale } from "./forecast-errors.ts";

/** Values before an origin that a report draws. */
const DRAWN = 3;

/** Forecasts of the windows of a split, flat or by window. */
export interface SplitForecasts {
  readonly value: (window: number) => ArrayLike<number>;
  /** Absent: there is no interval. */
  readonly low?: (window: number) => ArrayLike<number>;
  readonly high?: (window: number) => ArrayLike<number>;
}

/** What was forecast of the windows of a split, beside what was. */
export function outcomeOf(
  { panel, windows, shape }: SeriesSplit,
  { value, low, high }: SplitForecasts,
  coverage: number,
): ForecastOutcome {
  const { horizon, season } = shape;
  return {
    ...(low === undefined ? {} : { coverage }),
    windows: windows.map((window, i): ForecastWindow => {
      const { key, start, values, phase } = panel.series[window.series]!;
      const history = values.subarray(0, Math.max(0, window.origin - start));
      const bounds =
        low === undefined || high === undefined
          ? {}
          : { low: Float64Array.from(low(i)), high: Float64Array.from(high(i)) };
      return {
        series: key.join(" / "),
        origin: isoTime(gridOf(panel).timeOf(window.origin, phase)),
        scale: historyScale(history, season),
        actual: actualValues(panel, window, horizon),
        predicted: Float64Array.from(value(i)),
        before: history.slice(-Math.max(DRAWN * horizon, 2 * season)),
        ...bounds,
      };
    }),
  };
}

/** The windows of a split as texts, by which they are known again: series, origin and the first value. */
export function windowTexts({ panel, windows }: SeriesSplit): string[] {
  const grid = gridOf(panel);
  return windows.map((window) => {
    const { key, phase } = panel.series[window.series]!;
    const [first] = actualValues(panel, window, 1);
    const value = Number.isNaN(first) ? "missing" : String(first);
    return `${seriesName(key)} ${isoTime(grid.timeOf(window.origin, phase))} ${value}`.trim();
  });
}
