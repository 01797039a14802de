import type { TaskName } from "../../tasks/tasks.ts";
import { anomalyDetectionRecipes } from "./anomaly-detection.ts";
import { embeddingRecipes } from "./embedding.ts";
import { instructionTuningRecipes } from "./instruction-tuning.ts";
import { causalLanguageModelingRecipes, maskedLanguageModelingRecipes } from "./language-modeling.ts";
import { multiLabelClassificationRecipes } from "./multi-label-classification.ts";
import type { RecipeCases } from "./recipe-cases.ts";
import { recommendationRecipes } from "./recommendation.ts";
import { sequenceToSequenceRecipes } from "./sequence-to-sequence.ts";
import { timeSeriesForecastingRecipes } from "./series.ts";
import { tabularClassificationRecipes, tabularRegressionRecipes } from "./tables.ts";
import { textClassificationRecipes } from "./text-classification.ts";
import { textRegressionRecipes } from "./text-regression.ts";
import { tokenClassificationRecipes } from "./token-classification.ts";

/** Cases of every task's recipe: a task without them does not compile. */
export const RECIPE_CASES: { readonly [Task in TaskName]: RecipeCases<Task> } = {
  "text-classification": textClassificationRecipes,
  "multi-label-classification": multiLabelClassificationRecipes,
  "text-regression": textRegressionRecipes,
  "token-classification": tokenClassificationRecipes,
  "tabular-classification": tabularClassificationRecipes,
  "tabular-regression": tabularRegressionRecipes,
  "time-series-forecasting": timeSeriesForecastingRecipes,
  recommendation: recommendationRecipes,
  "anomaly-detection": anomalyDetectionRecipes,
  embedding: embeddingRecipes,
  "causal-language-modeling": causalLanguageModelingRecipes,
  "masked-language-modeling": maskedLanguageModelingRecipes,
  "instruction-tuning": instructionTuningRecipes,
  "sequence-to-sequence": sequenceToSequenceRecipes,
};
