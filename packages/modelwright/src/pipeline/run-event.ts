import type { Measure, Recipe } from "@modelwright/contracts";
import type { DataReport } from "@modelwright/data";
import type { TrainingEvent } from "@modelwright/training";

/** What a run tells while it works, in order. Every event is plain data: it crosses threads and becomes JSON. */
export type RunEvent =
  | { readonly type: "run"; readonly runId: string; readonly recipe: Recipe; readonly resumed: boolean }
  | {
      readonly type: "progress";
      readonly stage: "read" | "duplicates" | "tokenize" | "embed" | "baseline" | "intervals";
      readonly done: number;
      readonly total?: number;
    }
  | {
      readonly type: "data";
      readonly report: DataReport;
      readonly labels: readonly string[];
      readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
    }
  | { readonly type: "model"; readonly base: string; readonly parameters: number; readonly trained: number }
  | TrainingEvent
  | {
      readonly type: "judged";
      readonly name: string;
      readonly measures: Readonly<Record<string, Measure>>;
      /** Of the model, not of a baseline: the labels, and test rows as `[actual][predicted]`. */
      readonly labels?: readonly string[];
      readonly confusion?: readonly (readonly number[])[];
    }
  | { readonly type: "verdict"; readonly sentence: string }
  | {
      readonly type: "registered";
      readonly name: string;
      readonly version: number;
      readonly directory: string;
      readonly aliases: readonly string[];
      /** Why the alias moved, or why it stayed where it was. */
      readonly reason: string;
    }
  | { readonly type: "tried"; readonly predictions: readonly TriedPrediction[] };

/** A test row put to the stored version. */
export interface TriedPrediction {
  readonly text: string;
  readonly actual: string;
  readonly label: string;
  readonly probability: number;
  readonly milliseconds: number;
}

/** What a run ends with. */
export interface TrainResult {
  readonly status: "finished" | "interrupted";
  readonly runId: string;
  readonly name: string;
  /** Absent when the run was interrupted, as all that follows but `checkpoint`. */
  readonly version?: number;
  readonly aliases: readonly string[];
  /** The version's folder. */
  readonly directory?: string;
  readonly reportPath?: string;
  /** On the test split. */
  readonly metrics: Readonly<Record<string, Measure>>;
  readonly baselines: Readonly<Record<string, Readonly<Record<string, Measure>>>>;
  readonly seconds: number;
  /** Where an interrupted run goes on from. */
  readonly checkpoint?: string;
}
