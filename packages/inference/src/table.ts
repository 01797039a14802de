import type { TaskName } from "@modelwright/contracts";
import { anomalyDetection } from "./anomaly-detection/row.ts";
import { causalLanguageModeling } from "./causal-language-modeling/row.ts";
import { embedding } from "./embedding/row.ts";
import type { InferenceRow } from "./inference-row.ts";
import { instructionTuning } from "./instruction-tuning/row.ts";
import { maskedLanguageModeling } from "./masked-language-modeling/row.ts";
import { multiLabelClassification } from "./multi-label-classification/row.ts";
import { recommendation } from "./recommendation/row.ts";
import { sequenceToSequence } from "./sequence-to-sequence/row.ts";
import { tabularClassification } from "./tabular-classification/row.ts";
import { tabularRegression } from "./tabular-regression/row.ts";
import { textClassification } from "./text-classification/row.ts";
import { textRegression } from "./text-regression/row.ts";
import { timeSeriesForecasting } from "./time-series-forecasting/row.ts";
import { tokenClassification } from "./token-classification/row.ts";

/** How models of each task predict. */
export const INFERENCE = {
  [textClassification.task]: textClassification,
  [textRegression.task]: textRegression,
  [multiLabelClassification.task]: multiLabelClassification,
  [tokenClassification.task]: tokenClassification,
  [tabularClassification.task]: tabularClassification,
  [tabularRegression.task]: tabularRegression,
  [timeSeriesForecasting.task]: timeSeriesForecasting,
  [recommendation.task]: recommendation,
  [anomalyDetection.task]: anomalyDetection,
  [embedding.task]: embedding,
  [causalLanguageModeling.task]: causalLanguageModeling,
  [maskedLanguageModeling.task]: maskedLanguageModeling,
  [instructionTuning.task]: instructionTuning,
  [sequenceToSequence.task]: sequenceToSequence,
} satisfies { readonly [Task in TaskName]: InferenceRow<Task> };

/** What loading a version of a task gives. */
export type LoadedModelOf<Task extends TaskName> = Awaited<ReturnType<(typeof INFERENCE)[Task]["load"]>>;

/** The row of a task, where only what all rows have is of interest. */
export function inferenceRow(task: TaskName): InferenceRow<TaskName> {
  return INFERENCE[task];
}
