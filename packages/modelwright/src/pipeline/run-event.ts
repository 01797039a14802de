import type { Measure, Recipe, RecipeTask } from "@modelwright/contracts";
import type { DataReport } from "@modelwright/data";
import type { TrainingEvent } from "@modelwright/training";

/** What a run tells while it works, in order. Every event is plain data: it crosses threads and becomes JSON. */
export type RunEvent =
  | { readonly type: "run"; readonly runId: string; readonly recipe: Recipe; readonly resumed: boolean }
  | {
      readonly type: "progress";
      readonly stage: "read" | "duplicates" | "tokenizer" | "tokenize" | "embed" | "judge" | "baseline" | "intervals";
      readonly done: number;
      readonly total?: number;
    }
  | {
      readonly type: "data";
      readonly report: DataReport;
      /** Of a classifier. */
      readonly labels?: readonly string[];
      /** Of language models: documents. */
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
  | { readonly type: "tried"; readonly predictions: readonly TriedPrediction[] }
  | { readonly type: "answered"; readonly answers: readonly TriedPrompt[] };

/** A test row put to the stored version. */
export interface TriedPrediction {
  readonly text: string;
  readonly actual: string;
  readonly label: string;
  readonly probability: number;
  readonly milliseconds: number;
}

/** The beginning of a test document put to the stored language model. */
export interface TriedPrompt {
  readonly prompt: string;
  /** How the model goes on, or what it puts in the place of a mask. */
  readonly answer: string;
  readonly milliseconds: number;
}

/** What a run ends with. */
export interface TrainResult {
  readonly status: "finished" | "interrupted";
  readonly runId: string;
  readonly name: string;
  readonly task: RecipeTask;
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
