import { type CrossEntropyOptions, crossEntropy } from "../losses/cross-entropy.ts";
import type { Objective } from "./objective.ts";

export interface ClassObjectiveOptions extends Pick<CrossEntropyOptions, "labelSmoothing" | "classWeights"> {
  readonly classes: number;
}

/**
 * One class per row, by softmax and cross-entropy: `labels` int64 `[batch]` in `[0, classes)`.
 *
 * With class weights the mean divides by the weights of the labels, so a batch weighs their sum.
 */
export function classObjective({ classes, ...options }: ClassObjectiveOptions): Objective {
  return {
    name: "classifier",
    width: classes,
    labels: { dtype: "int64", shape: ["batch"] },
    loss: (c, values) => crossEntropy(c, { ...options, ...values }),
  };
}
