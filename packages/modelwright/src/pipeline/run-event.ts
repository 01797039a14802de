import type {
  CandidatesManifest,
  CrossValidationManifest,
  ItemOf,
  Measure,
  Recipe,
  TaskName,
} from "@modelwright/contracts";
import type { DataReport } from "@modelwright/data";
import type { HubProgress } from "@modelwright/models";
import type { TrainingEvent, Validation, VectorsEvent } from "@modelwright/training";
import type { RetrainingResult } from "../retraining/retraining-result.ts";
import type { CandidateEvent } from "../tasks/text-encoder/candidates/candidate-event.ts";
import type { RowDoubt } from "./folds/row-doubt.ts";

/** What a run tells while it works, in order. Every event is plain data: it crosses threads and becomes JSON. */
export type RunEvent =
  | { readonly type: "run"; readonly runId: string; readonly recipe: Recipe; readonly resumed: boolean }
  | {
      readonly type: "progress";
      readonly stage:
        | "read"
        | "folds"
        | "duplicates"
        | "tokenizer"
        | "tokenize"
        | "teacher"
        | "embed"
        | "tfidf"
        | "learn"
        | "interval"
        | "calibrate"
        | "evaluate"
        | "baseline"
        | "intervals";
      readonly done: number;
      readonly total?: number;
      /** Where it can be told. */
      readonly secondsLeft?: number;
    }
  | {
      /** A cross-validation begins, or goes on. */
      readonly type: "folds";
      readonly folds: number;
      readonly repeats: number;
      /** Rows that are divided. */
      readonly rows: number;
      /** So many are trained at once. */
      readonly parallel: number;
      /** Of each. */
      readonly threads: number;
      /** By an earlier part of the run. */
      readonly done: number;
    }
  | {
      /** A fold is done. */
      readonly type: "fold";
      /** `fold 3 of 10, repeat 1 of 2`. */
      readonly name: string;
      readonly repeat: number;
      readonly fold: number;
      /** Rows that it answered for. */
      readonly rows: number;
      readonly seconds: number;
      /** The metric that decides. */
      readonly metric: string;
      /** Over these rows. */
      readonly measures: Readonly<Record<string, number>>;
    }
  | { readonly type: "cross-validated"; readonly crossValidation: CrossValidationManifest }
  | ({ readonly type: "download" } & HubProgress)
  | {
      /** The pretrained model comes from the hub, and is here. */
      readonly type: "pinned";
      /** As the recipe names it. */
      readonly base: string;
      readonly commit: string;
      readonly bytes: number;
      /** How many of them came over the network just now. */
      readonly fetched: number;
      /** Why the hub was not asked to which commit the name leads today. Absent: it was, or the run had its commit already. */
      readonly unasked?: string;
    }
  | {
      readonly type: "data";
      readonly report: DataReport;
      /** Of a classifier. */
      readonly labels?: readonly string[];
      /** Rows, or of running text documents. */
      readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
    }
  | { readonly type: "model"; readonly base: string; readonly parameters: number; readonly trained: number }
  | ({ readonly type: "vectors" } & VectorsEvent)
  /** What the head reached on the validation rows, fitted to the vectors of the encoder as it is; more is trained now. */
  | ({ readonly type: "head" } & Validation)
  /** Pairs of rows have tuned the encoder; its head is fitted now. */
  | { readonly type: "pairs"; readonly updates: number }
  /** Something of the rows is not learnt as it stands there. */
  | { readonly type: "warning"; readonly text: string }
  | TrainingEvent
  | CandidateEvent
  | {
      /** The version was adjusted by the validation rows: its probabilities, and from which on it answers. */
      readonly type: "calibrated";
      readonly lines: readonly (readonly [name: string, text: string])[];
      readonly warnings: readonly string[];
    }
  | {
      /** The model or a baseline on the test split. */
      readonly type: "evaluated";
      readonly name: string;
      readonly measures: Readonly<Record<string, Measure>>;
      /** Of the model, not of a baseline: what a reader looks at beside the measures. */
      readonly tables?: readonly EvaluationTable[];
      /** Of the model, not of a baseline: the same as plain data, by the task's own names. */
      readonly details?: Readonly<Record<string, unknown>>;
    }
  | {
      readonly type: "verdict";
      readonly sentence: string;
      /** Whether the test rows show that the baseline is better. Such a verdict comes before the others. */
      readonly loses: boolean;
    }
  | {
      readonly type: "registered";
      readonly name: string;
      readonly version: number;
      readonly directory: string;
      readonly aliases: readonly string[];
      /** Why the alias moved, or why it stayed where it was. */
      readonly reason: string;
    }
  | { readonly type: "tried"; readonly trials: readonly TriedItem[] };

/** A table of texts. */
export interface EvaluationTable {
  readonly title: string;
  /** Cells, the head first; one cell alone is a sentence. */
  readonly rows: readonly (readonly string[])[];
}

/** A test item put to the stored version. */
export interface TriedItem {
  readonly item: ItemOf<TaskName>;
  /** What is right, where there is one right answer. */
  readonly actual?: string;
  /** What the version answers, and what stands behind it: `spam`, `99.6 %`. */
  readonly answer: readonly [answer: string, ...details: string[]];
  readonly milliseconds: number;
}

/** What a run ends with. */
export interface TrainResult {
  readonly status: "finished" | "interrupted";
  readonly runId: string;
  readonly name: string;
  readonly task: TaskName;
  /** Absent when the run was interrupted, as all that follows but `checkpoint`. */
  readonly version?: number;
  readonly aliases: readonly string[];
  /** The version's folder. */
  readonly directory?: string;
  readonly reportPath?: string;
  /** On the test split. */
  readonly metrics: Readonly<Record<string, Measure>>;
  readonly baselines: Readonly<Record<string, Readonly<Record<string, Measure>>>>;
  /** Of models of a part of the rows on the others; absent where there was none. */
  readonly crossValidation?: CrossValidationManifest;
  /** Every label, the least fitting first; only of a run that ends with its folds, and of tasks with labels. */
  readonly labelDoubts?: readonly RowDoubt[];
  /** Of a version that was trained anew from another. */
  readonly retraining?: RetrainingResult;
  /** What the version was chosen from; absent where there was nothing to choose. */
  readonly candidates?: CandidatesManifest;
  /** What the result says is worth trying, the most promising first; empty where nothing stands out. */
  readonly advice: readonly string[];
  readonly seconds: number;
  /** Where an interrupted run goes on from: a file, or a folder of candidates. Absent: nothing was saved yet, or the task saves nothing on the way. */
  readonly checkpoint?: string;
}
