import { METRIC_FAMILIES, type MetricTable, type RecipeTask } from "@modelwright/contracts";

/** The metrics that measures of a task's models are named after. */
export const TASK_METRICS: Readonly<Record<RecipeTask, MetricTable>> = {
  "text-classification": METRIC_FAMILIES.classification,
  "causal-language-modeling": METRIC_FAMILIES["language-modeling"],
  "masked-language-modeling": METRIC_FAMILIES["language-modeling"],
};
