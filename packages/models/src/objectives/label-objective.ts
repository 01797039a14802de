import { type BinaryCrossEntropyValues, binaryCrossEntropy } from "../losses/binary-cross-entropy.ts";
import type { Objective } from "./objective.ts";

export interface LabelObjectiveOptions extends Pick<BinaryCrossEntropyValues, "positiveWeight"> {
  readonly labels: number;
}

/**
 * Any number of labels per row, a sigmoid and binary cross-entropy for each: `labels` float32 `[batch, labels]`, 1 where a row has the
 * label and 0 where it has not.
 */
export function labelObjective({ labels: width, ...options }: LabelObjectiveOptions): Objective {
  return {
    name: "tagger",
    width,
    labels: { dtype: "float32", shape: ["batch", width] },
    loss: (c, { logits, labels }) => binaryCrossEntropy(c, { ...options, logits, targets: labels }),
  };
}
