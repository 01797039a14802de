import type { Value } from "@modelwright/engine";
import { crossEntropy, type LayerContext, type LossParts } from "@modelwright/models";
import type { Evaluation } from "../evaluator/model-evaluator.ts";

/** Something that a language model predicts: a class for each of several places. */
export interface PredictedPart {
  /** float32 `[places, classes]`, or with more axes in front. */
  readonly logits: Value;
  /** int64, the shape of the logits without their last axis; all of them count but the ignored ones. */
  readonly labels: Value;
  /** Default: there is none. */
  readonly ignoredLabel?: number;
}

/** The summed cross-entropy of each part. */
export function lossOfParts(c: LayerContext, parts: Readonly<Record<string, PredictedPart>>): LossParts {
  const losses = Object.entries(parts).map(([name, part]) => [name, crossEntropy(c, { ...part, reduction: "sum" })]);
  return Object.fromEntries(losses);
}

/** How many places of each part are right: `correct.<part>`. */
export function correctPlaces({ b }: LayerContext, parts: Readonly<Record<string, PredictedPart>>): LossParts {
  const counts = Object.entries(parts).map(([name, { logits, labels }]) => {
    const best = b.op("ArgMax", [logits], { axis: -1, keepdims: 0 });
    const right = b.op("Cast", [b.op("Equal", [best, labels])], { to: 1 });
    const axes = b.ints(labels.shape.map((_, axis) => axis));
    return [`correct.${name}`, b.op("ReduceSum", [right, axes], { keepdims: 0 })];
  });
  return Object.fromEntries(counts);
}

/**
 * Evaluates a language model: the loss is the sum of the parts' means, `perplexity` is e to the power of the first part's, and each part has
 * an accuracy, `accuracy.<part>`.
 */
export const LANGUAGE_MODEL_EVALUATION: Evaluation<never> = {
  // Logits over a vocabulary are large: 64 rows of them would take twice the memory of training.
  batchSize: 32,
  measure: ({ loss, parts, sums }) => {
    const [main] = Object.values(parts);
    const accuracies = Object.entries(parts).map(([name, { weight }]) => [
      `accuracy.${name}`,
      sums[`correct.${name}`]! / weight,
    ]);
    return { loss, measures: { perplexity: Math.exp(main!.sum / main!.weight), ...Object.fromEntries(accuracies) } };
  },
};
