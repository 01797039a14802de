import type { Recipe, TaskName } from "@modelwright/contracts";
import { anomalyDetection } from "./anomaly-detection/anomaly-detection.ts";
import { embedding } from "./embedding/embedding.ts";
import { instructionTuning } from "./instruction-tuning/instruction-tuning.ts";
import { causalLanguageModeling, maskedLanguageModeling } from "./language-modeling/language-modeling.ts";
import { multiLabelClassification } from "./multi-label-classification/multi-label-classification.ts";
import { recommendation } from "./recommendation/recommendation.ts";
import { sequenceToSequence } from "./sequence-to-sequence/sequence-to-sequence.ts";
import { tabularClassification } from "./tabular-classification/tabular-classification.ts";
import { tabularRegression } from "./tabular-regression/tabular-regression.ts";
import type { AnyTask } from "./task.ts";
import { textClassification } from "./text-classification/text-classification.ts";
import { textRegression } from "./text-regression/text-regression.ts";
import { timeSeriesForecasting } from "./time-series-forecasting/time-series-forecasting.ts";
import { tokenClassification } from "./token-classification/token-classification.ts";

/** The stages of every task. */
export const STAGES: Readonly<Record<TaskName, AnyTask>> = {
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
};

/** The stages of a recipe's task, with the family that measures its rows. */
export function stagesOf(recipe: Recipe): AnyTask {
  const task = STAGES[recipe.task];
  return { ...task, family: task.familyOf?.(recipe) ?? task.family };
}
