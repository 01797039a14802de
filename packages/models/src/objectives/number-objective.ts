import type { Value } from "@modelwright/engine";
import type { LossContext } from "../losses/loss-context.ts";
import { type HuberValues, huber, meanAbsoluteError, meanSquaredError } from "../losses/regression.ts";
import type { Objective } from "./objective.ts";

const LOSSES = { squared: meanSquaredError, absolute: meanAbsoluteError, huber } as const satisfies Readonly<
  Record<string, (c: LossContext, values: HuberValues) => Value>
>;

export interface NumberObjectiveOptions {
  /** Numbers per row. Default 1. */
  readonly numbers?: number;
  /** Default "squared". */
  readonly loss?: keyof typeof LOSSES;
  /** Of `huber`: the error from which on the loss is linear. Default 1. */
  readonly delta?: number;
}

/**
 * Numbers as they are: `labels` float32 `[batch, numbers]`. Scale them to about 1: the pace of training depends on it.
 */
export function numberObjective(options: NumberObjectiveOptions = {}): Objective {
  const { numbers = 1, loss = "squared", delta } = options;
  return {
    name: "regressor",
    width: numbers,
    labels: { dtype: "float32", shape: ["batch", numbers] },
    loss: (c, { logits, labels }) =>
      LOSSES[loss](c, { predictions: logits, targets: labels, ...(delta === undefined ? {} : { delta }) }),
  };
}
