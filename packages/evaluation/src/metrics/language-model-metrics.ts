import { LANGUAGE_MODELING_METRICS, type LanguageModelingMetric } from "@modelwright/contracts";

export const languageModelMetricNames = Object.keys(LANGUAGE_MODELING_METRICS) as LanguageModelingMetric[];
