import type { ClassificationMetric, Measure } from "@modelwright/contracts";
import type { MetricComparison } from "../intervals/compare-outcomes.ts";
import type { ClassificationOutcome } from "../metrics/classification-outcome.ts";

/** A line of a fact sheet. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** What was done to the data before training. */
export interface DataSummary {
  readonly steps: readonly { readonly name: string; readonly detail: string; readonly rows: number }[];
  readonly warnings: readonly string[];
  /** Which fields the model sees, in a sentence. */
  readonly fields: string;
}

/** A baseline beside the model, on the same rows. */
export interface BaselineResult {
  readonly name: string;
  /** As `intervals` gives them. */
  readonly measures: Readonly<Record<string, Measure>>;
  /** As `compareOutcomes` gives them, the model first. */
  readonly comparisons: readonly MetricComparison<ClassificationMetric>[];
}

/** How training went. */
export interface LearningHistory {
  readonly steps: readonly { readonly step: number; readonly loss: number; readonly learningRate: number }[];
  readonly evaluations: readonly {
    readonly step: number;
    readonly loss: number;
    /** Validation metrics, such as `f1Macro`. */
    readonly metrics: Readonly<Record<string, number>>;
  }[];
}

/** A judged row as a reader may look it up. */
export interface JudgedRow {
  readonly id: string;
  readonly text: string;
}

/** All that a report tells of one model version. */
export interface EvaluationReport {
  readonly model: { readonly name: string; readonly version?: number };
  readonly task: "text-classification";
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly recipe: readonly Fact[];
  readonly data: DataSummary;
  /** The model on the test rows. */
  readonly outcome: ClassificationOutcome;
  /** The test rows themselves, in the order of the outcome. */
  readonly rows: readonly JudgedRow[];
  /** As `intervals` gives them for the outcome. */
  readonly measures: Readonly<Record<string, Measure>>;
  readonly baselines: readonly BaselineResult[];
  readonly learning?: LearningHistory;
  readonly environment: readonly Fact[];
  readonly lineage: readonly Fact[];
}
