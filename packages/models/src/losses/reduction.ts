import type { Value } from "@modelwright/engine";
import type { LossContext } from "./loss-context.ts";

/** `mean`: a scalar, the mean over every row. `none`: the loss of each row, `[batch]`, the mean over its own elements. */
export type Reduction = "mean" | "none";

export interface ReductionOption {
  /** Default "mean". */
  readonly reduction?: Reduction;
}

/** @param losses float32 `[batch, ...]`, one for each element. */
export function reduceLosses({ b }: LossContext, losses: Value, reduction: Reduction = "mean"): Value {
  if (reduction === "mean") return b.op("ReduceMean", [losses], { keepdims: 0 });
  const axes = losses.shape.map((_, axis) => axis).slice(1);
  return axes.length === 0 ? losses : b.op("ReduceMean", [losses, b.ints(axes)], { keepdims: 0 });
}
