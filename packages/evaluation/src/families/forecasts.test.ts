import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { intervals } from "../intervals/intervals.ts";
import type { ForecastOutcome, ForecastWindow } from "../metrics/forecast-outcome.ts";
import { forecastFamily, measureSteps } from "./forecasts.ts";
import { measureOutcome } from "./measure-outcome.ts";

interface Case {
  readonly name: string;
  readonly season: number;
  readonly coverage: number;
  readonly windows: readonly Readonly<Record<"history" | "actual" | "predicted" | "low" | "high", number[]>>[];
  readonly expected: Readonly<Record<string, number>>;
}

const { cases } = JSON.parse(readFileSync(new URL("../../fixtures/forecasts.json", import.meta.url), "utf8")) as {
  cases: Case[];
};

function outcomeOf({ windows, season, coverage }: Case): ForecastOutcome {
  return {
    coverage,
    windows: windows.map(({ history, actual, predicted, low, high }, series): ForecastWindow => {
      const apart = history.slice(season).map((value, i) => Math.abs(value - history[i]!));
      return {
        series: `${series}`,
        origin: "2026-01-31",
        scale: apart.reduce((sum, each) => sum + each, 0) / apart.length,
        actual: Float64Array.from(actual),
        predicted: Float64Array.from(predicted),
        low: Float64Array.from(low),
        high: Float64Array.from(high),
      };
    }),
  };
}

describe.each(cases)("forecasts that are $name", (given) => {
  test("are measured as utilsforecast measures them", () => {
    const measured = measureOutcome(forecastFamily, outcomeOf(given));
    expect(Object.keys(measured)).toEqual(Object.keys(given.expected));
    for (const [name, value] of Object.entries(given.expected)) expect(measured[name], name).toBeCloseTo(value, 9);
  });

  test("are the same where steps without a value stand beside them", () => {
    const outcome = outcomeOf(given);
    const longer = (values: Float64Array, value: number) => Float64Array.from([...values, value]);
    const windows = outcome.windows.map(({ actual, predicted, low, high, ...window }) => ({
      ...window,
      actual: longer(actual, Number.NaN),
      predicted: longer(predicted, 3),
      low: longer(low!, 2),
      high: longer(high!, 4),
    }));
    expect(measureOutcome(forecastFamily, { ...outcome, windows })).toEqual(measureOutcome(forecastFamily, outcome));
  });
});

const [monthly] = cases;

test("steps are measured apart, and their mean is that of the windows", () => {
  const outcome = outcomeOf(monthly!);
  const steps = measureSteps(outcome);
  const mean = steps.reduce((sum, { mase }) => sum + mase, 0) / steps.length;
  expect(mean).toBeCloseTo(measureOutcome(forecastFamily, outcome).mase!, 9);
  expect(steps.every(({ coverage }) => coverage >= 0 && coverage <= 1)).toBe(true);
});

test("intervals draw series, or where there are more of them origins", () => {
  const { windows, coverage } = outcomeOf(monthly!);
  const later = windows.map((window) => ({ ...window, origin: "2026-02-28" }));
  const units = (all: readonly ForecastWindow[]) => forecastFamily.prepare({ windows: all, coverage: coverage! }).units;
  expect(units([...windows, ...later])).toBe(3);
  expect(units([windows[0]!, later[0]!])).toBe(2);
  const { mase } = intervals(forecastFamily, { windows, coverage: coverage! }, { resamples: 200, seed: 7 });
  expect(mase!.low!).toBeLessThan(mase!.value);
  expect(mase!.high!).toBeGreaterThan(mase!.value);
});

test("a baseline without bounds has no coverage, a constant history no scaled error", () => {
  const { windows } = outcomeOf(monthly!);
  const bare = windows.map(({ low: _, high: __, ...window }) => ({ ...window, scale: 0 }));
  const measured = measureOutcome(forecastFamily, { windows: bare });
  expect(Object.keys(measured)).toEqual(["smape", "mae", "rmse", "bias"]);
});

test("windows of other values cannot be compared", () => {
  const outcome = outcomeOf(monthly!);
  const [first, ...others] = outcome.windows;
  expect(forecastFamily.mismatch(outcome, outcome)).toBeUndefined();
  const changed = { ...first!, actual: first!.actual.map((value) => value + 1) };
  expect(forecastFamily.mismatch(outcome, { ...outcome, windows: [changed, ...others] })).toEqual({
    what: "the actual values differ",
    row: 0,
  });
  expect(forecastFamily.mismatch(outcome, { ...outcome, windows: others })?.what).toBe("3 windows against 2");
  expect(() => forecastFamily.prepare({ windows: [] })).toThrow(expect.objectContaining({ code: "EVALUATION_EMPTY" }));
});
