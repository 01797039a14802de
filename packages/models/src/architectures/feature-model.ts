import { defineModel, type ModelOf } from "../model-definition.ts";
import { lossOf, type Objective, targetsOf } from "../objectives/objective.ts";
import { linearHead } from "./linear-head.ts";

export interface FeatureModelOptions {
  /** Width of a feature vector, such as an encoder's `width`. */
  readonly features: number;
  /** What is learned of a row. */
  readonly objective: Objective;
}

/**
 * The head of a text model on vectors computed before: `features`, float32 `[batch, features]`, to `logits`, float32 `[batch, width]`.
 *
 * Its parameters have the names that they have in a text model, so a head trained here goes on top of the encoder as it is.
 */
export function featureModel({ features: width, objective }: FeatureModelOptions): ModelOf<"logits"> {
  return defineModel({
    name: `feature-${objective.name}`,
    inputs: { features: { dtype: "float32", shape: ["batch", width] } },
    targets: targetsOf(objective),
    forward: (c, { features }) => ({ logits: linearHead(c, features, objective.width) }),
    loss: (c, { outputs, targets }) => lossOf(c, objective, { logits: outputs.logits, targets }),
  });
}
