import type { Measure } from "@modelwright/contracts";
import { measureOutcome } from "../families/measure-outcome.ts";
import type { MetricFamily } from "../families/metric-family.ts";
import type { BootstrapOptions } from "./bootstrap-options.ts";
import { intervals } from "./intervals.ts";

/** What a model said of the rows that it had not seen. */
export interface FoldOutcome<Outcome> {
  /** From 1. */
  readonly repeat: number;
  /** From 1, within its repeat. */
  readonly fold: number;
  readonly outcome: Outcome;
}

/** How good the models of a cross-validation were. Metrics of single labels are left out. */
export interface FoldMeasures {
  /**
   * Over all rows together, each answered for by a model that had not seen it, with intervals over rows. Of several repeats the mean, of bounds
   * as well: the rows are the same, so that repeats do not narrow what these leave open.
   */
  readonly pooled: Readonly<Record<string, Measure>>;
  /** Of single folds: how much models and rows vary. Absent where a fold is a single row. */
  readonly perFold: Readonly<Record<string, { readonly mean: number; readonly deviation: number }>>;
}

/** The metrics of a fold. */
export function measureFold<Outcome>(
  family: MetricFamily<Outcome>,
  outcome: Outcome,
): Readonly<Record<string, number>> {
  return Object.fromEntries(overall(Object.entries(measureOutcome(family, outcome))));
}

/** Measures a cross-validation. */
export function measureFolds<Outcome>(
  family: MetricFamily<Outcome>,
  folds: readonly FoldOutcome<Outcome>[],
  bootstrap: BootstrapOptions,
): FoldMeasures {
  const repeats = [...new Set(folds.map(({ repeat }) => repeat))].map((repeat) =>
    intervals(
      family,
      family.join(folds.filter((each) => each.repeat === repeat).map(({ outcome }) => outcome)),
      bootstrap,
    ),
  );
  const single = folds.map(({ outcome }) => measureFold(family, outcome));
  const names = Object.keys(family.metrics);
  const isOneRow = folds.every(({ outcome }) => family.prepare(outcome).units === 1);
  const perFold = names.flatMap((name) => {
    const values = single.flatMap((measures) => measures[name] ?? []);
    return values.length === 0 || isOneRow ? [] : [[name, spread(values)] as const];
  });
  const pooled = names.flatMap((name) => {
    const measured = repeats.flatMap((measures) => measures[name] ?? []);
    return measured.length < repeats.length ? [] : [[name, meanMeasure(measured)] as const];
  });
  return { pooled: Object.fromEntries(pooled), perFold: Object.fromEntries(perFold) };
}

function overall<Value>(entries: readonly (readonly [string, Value])[]): (readonly [string, Value])[] {
  return entries.filter(([name]) => !name.includes(":"));
}

/** The mean, and the standard deviation of a sample; 0 of a single value. */
function spread(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const average = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - average) ** 2, 0);
  return { mean: average, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}

function meanMeasure(measured: readonly Measure[]): Measure {
  if (measured.length === 1) return measured[0]!;
  const bound = (of: "low" | "high") => {
    const bounds = measured.flatMap((measure) => measure[of] ?? []);
    return bounds.length < measured.length ? {} : { [of]: mean(bounds) };
  };
  return { value: mean(measured.map(({ value }) => value)), ...bound("low"), ...bound("high") };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
