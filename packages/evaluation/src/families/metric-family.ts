import type { MetricDescription, MetricFamilyName } from "@modelwright/contracts";
import type { LabelDoubt } from "../label-errors/label-doubts.ts";

/**
 * How the outcomes of one kind of prediction are measured. Intervals, paired comparisons, verdicts, reports and cards
 * are written once, against this.
 */
export interface MetricFamily<Outcome, Metric extends string = string> {
  /** Key of its table among `METRIC_FAMILIES`: names of metrics are unique within a family only. */
  readonly name: MetricFamilyName;
  readonly metrics: Readonly<Record<Metric, MetricDescription>>;
  /** The metric that says which of two models is better. */
  readonly deciding: Metric;
  /** Loss of the deciding metric up to which a new version counts as no worse. */
  readonly margin: number;
  /** What is resampled, as one is called: what stands in the same unit is alike. */
  readonly unit: "row" | "document" | "window" | "user";
  /**
   * Checks an outcome and computes what does not depend on weights, such as orders by score.
   *
   * @throws {ModelwrightError} `EVALUATION_EMPTY` without units, and the family's own codes.
   */
  prepare(outcome: Outcome): PreparedOutcome;
  /** Two outcomes over the same units as they are compared: with what is known of both. Default: as they are. */
  paired?(a: Outcome, b: Outcome): readonly [Outcome, Outcome];
  /**
   * Outcomes over different units as one over all of them, in order. What holds of a single model only, such as from which probability on it
   * answers, is left out.
   */
  join(outcomes: readonly Outcome[]): Outcome;
  /** Of each unit what is right and what was predicted, as plain data. */
  answers(outcome: Outcome): readonly Readonly<Record<string, unknown>>[];
  /** How well the given labels fit, the least fitting first, by predictions of models that had not seen the units. Absent: there are no labels. */
  doubts?(outcome: Outcome): readonly LabelDoubt[];
  /** Why two outcomes are not over the same units; undefined when they are. */
  mismatch(a: Outcome, b: Outcome): UnitMismatch | undefined;
}

/** An outcome that can be measured many times at the cost of a few passes. */
export interface PreparedOutcome {
  readonly units: number;
  /** Names of the measures: the family's metrics and those of single labels, such as `f1:spam`. */
  readonly keys: readonly string[];
  /** Every measure with each unit counted once, in the order of `keys`; NaN where the units do not define it. */
  readonly whole: Float64Array;
  /**
   * The measures with unit `i` counted `weights[i]` times.
   *
   * @param weights Not negative, `[units]`; their sum is positive.
   * @param into Written, in the order of `keys`; NaN where these units say nothing about a measure.
   */
  readonly measure: (weights: Float64Array, into: Float64Array) => void;
}

export interface UnitMismatch {
  readonly what: string;
  readonly row?: number;
}

/** What tables and sentences need of a family, whatever its outcomes are. */
export type FamilyWords<Metric extends string = string> = Pick<
  MetricFamily<never, Metric>,
  "name" | "metrics" | "deciding" | "unit"
>;

/** The names of a table's metrics, in its order. */
export function metricNames<Metric extends string>(
  metrics: Readonly<Record<Metric, MetricDescription>>,
): readonly Metric[] {
  return Object.keys(metrics) as Metric[];
}
