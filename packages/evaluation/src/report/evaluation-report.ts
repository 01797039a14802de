import type { CrossValidationManifest, Measure } from "@modelwright/contracts";
import type { Fact, PageSection } from "@modelwright/pages";
import type { FamilyWords } from "../families/metric-family.ts";
import type { MetricComparison } from "../intervals/compare-outcomes.ts";

/** A value of the recipe. */
export interface RecipeFact extends Fact {
  /** Whether the recipe leaves it open. */
  readonly isDefault: boolean;
}

/** What was done to the data before training. */
export interface DataSummary {
  readonly steps: readonly { readonly name: string; readonly detail: string; readonly rows: number }[];
  readonly warnings: readonly string[];
  /** Which fields the model sees, in a sentence. */
  readonly fields: string;
}

/** A baseline, or another version, beside the model on the same rows. */
export interface BaselineResult {
  readonly name: string;
  /** As `intervals` gives them. */
  readonly measures: Readonly<Record<string, Measure>>;
  /** As `compareOutcomes` gives them, the model first. */
  readonly comparisons: readonly MetricComparison[];
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

/** An evaluated row as a reader may look it up. */
export interface EvaluatedRow {
  readonly id: string;
  /** The row in one string; what a table holds as `column: value, …`. */
  readonly text: string;
}

/** A row whose label is taken for an error. */
export interface DoubtedRow extends EvaluatedRow {
  readonly given: string;
  readonly suggested: string;
  /** From 0 to 1: below 0.5 another label is likelier than the given one. */
  readonly score: number;
}

/** What only outcomes of one family can show. */
export interface ReportBody {
  /** Goes on after the model's name in the first sentence: `gave the right label to 98.1 % of …`. */
  readonly found: string;
  /** Metrics that stand large under the first sentence. */
  readonly tiles: readonly string[];
  /** Between the table of metrics and how training went. */
  readonly sections: readonly PageSection[];
}

/** All that a report tells of one model version. */
export interface EvaluationReport {
  readonly model: { readonly name: string; readonly version?: number };
  /** As the page's first line names it: `text classification`. */
  readonly task: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly family: FamilyWords;
  readonly body: ReportBody;
  readonly recipe: readonly RecipeFact[];
  readonly data: DataSummary;
  /** As `intervals` gives them for the outcome. */
  readonly measures: Readonly<Record<string, Measure>>;
  readonly baselines: readonly BaselineResult[];
  /** The version that served until now, on the same test rows: `mail-triage v2`. Default: there is none to compare with. */
  readonly previous?: BaselineResult | undefined;
  readonly learning?: LearningHistory;
  /** Default: there was none. */
  readonly crossValidation?: CrossValidationManifest | undefined;
  /** Labels that are taken for errors, the worst first, of so many rows. Default: nothing is known of labels. */
  readonly labelDoubts?: { readonly of: number; readonly rows: readonly DoubtedRow[] } | undefined;
  readonly environment: readonly Fact[];
  readonly lineage: readonly Fact[];
}
