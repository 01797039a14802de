import type { Value } from "@modelwright/engine";
import type { LayerContext } from "../layers/layer-context.ts";
import { defineModel, type ModelOf } from "../model-definition.ts";
import { lossOf, type Objective, targetsOf } from "../objectives/objective.ts";
import { constant } from "../parameters/initializers.ts";

export interface SparseLinearModelOptions {
  /** Size of the feature vocabulary. */
  readonly features: number;
  /** What is learned of a row: classes make it multinomial logistic regression, squared errors with L2 ridge regression. */
  readonly objective: Objective;
}

/**
 * A linear model on sparse vectors, such as TF-IDF rows.
 *
 * Inputs: `indices`, int64 `[batch, nonzeros]` in `[0, features)`, and `values`, float32 `[batch, nonzeros]`; a shorter row is padded
 * with value 0 at any index. Output: `logits`, float32 `[batch, width]`. The parameters `head.weight` and `head.bias` start at zero: with a
 * convex loss the start decides nothing.
 */
export function sparseLinearModel({ features, objective }: SparseLinearModelOptions): ModelOf<"logits"> {
  return defineModel({
    name: `sparse-linear-${objective.name}`,
    inputs: {
      indices: { dtype: "int64", shape: ["batch", "nonzeros"] },
      values: { dtype: "float32", shape: ["batch", "nonzeros"] },
    },
    targets: targetsOf(objective),
    forward: (c, { indices, values }) => ({
      logits: c.scope("head", () => sparseAffine(c, { indices, values, features, width: objective.width })),
    }),
    loss: (c, { outputs, targets }) => lossOf(c, objective, { logits: outputs.logits, targets }),
  });
}

/** Σ over nonzeros of value · weight row, + bias. B: rows in the batch, N: nonzeros. */
function sparseAffine(
  c: LayerContext,
  { indices, values, features, width }: { indices: Value; values: Value; features: number; width: number },
): Value {
  const { b } = c;
  const weight = c.parameter("weight", [features, width], { initializer: constant(0), decay: true }); // [features, width]
  const bias = c.parameter("bias", [width], { initializer: constant(0), decay: false });
  const rows = b.op("Gather", [weight, indices], { axis: 0 }); // [B, N, width]
  const weights = b.op("Unsqueeze", [values, b.ints([1])]); // [B, 1, N]
  const sums = b.op("Reshape", [b.op("MatMul", [weights, rows]), b.ints([-1, width])]); // [B, 1, width] → [B, width]
  return b.op("Add", [sums, bias]); // [B, width]
}
