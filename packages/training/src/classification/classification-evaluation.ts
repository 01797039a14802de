import type { Tensor } from "@modelwright/engine";
import { type ClassificationOutcome, measureClassification, softmaxRows } from "@modelwright/evaluation";
import type { Evaluation } from "../evaluator/model-evaluator.ts";
import type { EarlyStopping } from "../model/early-stopping.ts";

/** Measures of a classifier by which training may stop, and which of two values is the better. */
const BETTER = { loss: "lower", f1Macro: "higher", accuracy: "higher" } as const;

export type ClassificationMetric = keyof typeof BETTER;

/** When the training of a classifier stops, by a metric whose better values are known. */
export function stopClassifierBy(options: {
  readonly metric: ClassificationMetric;
  readonly patience?: number | undefined;
}): EarlyStopping {
  return { ...options, better: BETTER[options.metric] };
}

/** Logits `[rows, classes]` as what evaluation reads. */
export function outcomeOf(labels: readonly string[], actual: Int32Array, logits: Tensor): ClassificationOutcome {
  return { labels, actual, probabilities: softmaxRows(logits.data as Float32Array, labels.length) };
}

/** Log loss without class weights and smoothing, accuracy and macro F1 of the validation rows. */
export function classificationEvaluation(labels: readonly string[], actual: Int32Array): Evaluation<"logits"> {
  return {
    outputs: ["logits"],
    measure: ({ outputs }) => {
      const { accuracy, f1Macro, logLoss } = measureClassification(outcomeOf(labels, actual, outputs.logits!));
      return { loss: logLoss, measures: { accuracy, f1Macro } };
    },
  };
}
