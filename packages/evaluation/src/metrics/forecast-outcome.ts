import { ModelwrightError } from "@modelwright/contracts";

/** What a model forecast from one origin of a series. */
export interface ForecastWindow {
  /** The series as a reader knows it; "" where there is one. */
  readonly series: string;
  /** When the first step is. */
  readonly origin: string;
  /** What errors are divided by: the mean absolute error of repeating the last season within the history. NaN or 0: there is none. */
  readonly scale: number;
  /** `[horizon]`; NaN: not known. */
  readonly actual: Float64Array;
  /** `[horizon]`. */
  readonly predicted: Float64Array;
  /** The interval around it, `[horizon]` each. Absent: the model gives none. */
  readonly low?: Float64Array;
  readonly high?: Float64Array;
  /** The last values before the origin, to be drawn. Absent: they are not. */
  readonly before?: Float64Array;
}

/** Forecasts of windows. */
export interface ForecastOutcome {
  readonly windows: readonly ForecastWindow[];
  /** The share of values that intervals are to hold. Absent: there are none. */
  readonly coverage?: number;
}

/**
 * Checks that windows are complete.
 *
 * @throws {ModelwrightError} `EVALUATION_EMPTY`, `EVALUATION_LENGTHS_DIFFER` or `EVALUATION_NUMBER_INVALID`.
 */
export function checkForecastOutcome({ windows }: ForecastOutcome): void {
  if (!windows.some(({ actual }) => actual.some((value) => !Number.isNaN(value))))
    throw new ModelwrightError("EVALUATION_EMPTY", { what: "forecast" });
  for (const { actual, predicted } of windows) {
    if (actual.length !== predicted.length) {
      const details = { what: "predicted", expected: actual.length, got: predicted.length };
      throw new ModelwrightError("EVALUATION_LENGTHS_DIFFER", details);
    }
    const at = predicted.findIndex((value) => !Number.isFinite(value));
    if (at !== -1)
      throw new ModelwrightError("EVALUATION_NUMBER_INVALID", { what: "predicted", at, value: predicted[at]! });
  }
}

/** Which windows are drawn together when intervals are made: those of a series, or where there are more origins than series those of an origin. */
export function forecastUnits(windows: readonly ForecastWindow[]): Int32Array {
  const [series, origins] = [
    numbered(windows.map((each) => each.series)),
    numbered(windows.map((each) => each.origin)),
  ];
  return series.count >= origins.count ? series.numbers : origins.numbers;
}

function numbered(names: readonly string[]): { readonly numbers: Int32Array; readonly count: number } {
  const known = new Map<string, number>();
  const numbers = Int32Array.from(names, (name) => {
    if (!known.has(name)) known.set(name, known.size);
    return known.get(name)!;
  });
  return { numbers, count: known.size };
}
