import { actualValues, type SeriesSplit } from "@modelwright/data";

/**
 * The error by which the forecasts of windows are compared: of each window its mean absolute error divided by that of repeating the last season
 * within its history (MASE: Hyndman & Koehler 2006).
 */
export function historyScale(values: ArrayLike<number>, season: number): number {
  let [sum, count] = [0, 0];
  for (let i = season; i < values.length; i++) {
    const apart = Math.abs(values[i]! - values[i - season]!);
    if (Number.isNaN(apart)) continue;
    sum += apart;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

/** Values of all windows of a split, `[windows · horizon]`, NaN where one is missing, and what errors of each window are divided by. */
export interface ActualWindows {
  readonly actual: Float64Array;
  readonly scales: Float64Array;
  readonly horizon: number;
}

export function actualWindows({ panel, windows, shape }: SeriesSplit): ActualWindows {
  const { horizon, season } = shape;
  const actual = new Float64Array(windows.length * horizon);
  const scales = new Float64Array(windows.length);
  for (const [i, window] of windows.entries()) {
    actual.set(actualValues(panel, window, horizon), i * horizon);
    const { start, values } = panel.series[window.series]!;
    scales[i] = historyScale(values.subarray(0, Math.max(0, window.origin - start)), season);
  }
  return { actual, scales, horizon };
}

/** Mean of the scaled absolute errors of windows; windows without a scale are left out. */
export function meanScaledError({ actual, scales, horizon }: ActualWindows, predicted: ArrayLike<number>): number {
  let [total, counted] = [0, 0];
  for (const [i, scale] of scales.entries()) {
    if (!(scale > 0)) continue;
    let [sum, steps] = [0, 0];
    for (let at = i * horizon; at < (i + 1) * horizon; at++) {
      const error = Math.abs(actual[at]! - predicted[at]!);
      if (Number.isNaN(error)) continue;
      sum += error;
      steps++;
    }
    if (steps === 0) continue;
    total += sum / steps / scale;
    counted++;
  }
  return counted === 0 ? 0 : total / counted;
}
