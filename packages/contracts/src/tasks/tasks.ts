import type { z } from "zod";
import { anomalyDetection } from "./anomaly-detection.ts";
import { causalLanguageModeling } from "./causal-language-modeling.ts";
import { embedding } from "./embedding.ts";
import { instructionTuning } from "./instruction-tuning.ts";
import { maskedLanguageModeling } from "./masked-language-modeling.ts";
import { multiLabelClassification } from "./multi-label-classification.ts";
import { recommendation } from "./recommendation.ts";
import { sequenceToSequence } from "./sequence-to-sequence.ts";
import { tabularClassification } from "./tabular-classification.ts";
import { tabularRegression } from "./tabular-regression.ts";
import type { TaskSchemas } from "./task-schemas.ts";
import { textClassification } from "./text-classification.ts";
import { textRegression } from "./text-regression.ts";
import { timeSeriesForecasting } from "./time-series-forecasting.ts";
import { tokenClassification } from "./token-classification.ts";

/** Every task, by the name that recipes and manifests carry: the only list. */
export const TASKS = {
  "text-classification": textClassification,
  "text-regression": textRegression,
  "multi-label-classification": multiLabelClassification,
  "token-classification": tokenClassification,
  "tabular-classification": tabularClassification,
  "tabular-regression": tabularRegression,
  "time-series-forecasting": timeSeriesForecasting,
  recommendation,
  "anomaly-detection": anomalyDetection,
  embedding,
  "causal-language-modeling": causalLanguageModeling,
  "masked-language-modeling": maskedLanguageModeling,
  "instruction-tuning": instructionTuning,
  "sequence-to-sequence": sequenceToSequence,
} as const satisfies Record<string, TaskSchemas>;

type Tasks = typeof TASKS;
export type TaskName = keyof Tasks;

/** The task of a program that names none. */
export const DEFAULT_TASK = "text-classification";
export type DefaultTask = typeof DEFAULT_TASK;

export const taskNames = Object.keys(TASKS) as TaskName[];

/** The row of a task, where only what all rows have is of interest. */
export function taskSchemas(task: TaskName): TaskSchemas {
  return TASKS[task];
}

/** What a manifest of the task says beside what all manifests do. */
export type OwnManifestOf<Task extends TaskName> = z.output<Tasks[Task]["manifest"]>;
/** One item as a client sends it. */
export type ItemOf<Task extends TaskName> = z.output<ReturnType<Tasks[Task]["item"]>>;
/** What a request may ask for. */
export type OptionsOf<Task extends TaskName> = z.output<Tasks[Task]["options"]>;
/** What it gets for one item. */
export type AnswerOf<Task extends TaskName> = z.output<Tasks[Task]["answer"]>;

/** What a truth or a correction of an answer must be; undefined where the task knows none. */
export function truthSchema(manifest: { readonly task: TaskName }): z.ZodType | undefined {
  return taskSchemas(manifest.task).truth?.(manifest as never);
}
