import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { lstm } from "../layers/recurrent.ts";
import { meanSquaredError } from "../losses/regression.ts";
import { defineModel, type ModelOf } from "../model-definition.ts";

export interface LstmRegressorConfig {
  /** Numbers at each step. */
  readonly features: number;
  readonly width: number;
  /** Numbers to predict. Default 1. */
  readonly outputs?: number;
  /** Default 2. */
  readonly layers?: number;
}

/**
 * From a sequence of feature vectors to numbers, such as the next value of a series: `sequences` float32 `[batch, sequence, features]` to
 * `predicted` float32 `[batch, outputs]`. The loss is the mean squared error; scale features and values to about 1.
 */
export function lstmRegressor({ features, width, outputs = 1, layers = 2 }: LstmRegressorConfig): ModelOf<"predicted"> {
  return defineModel({
    name: "lstm-regressor",
    inputs: { sequences: { dtype: "float32", shape: ["batch", "sequence", features] } },
    targets: { values: { dtype: "float32", shape: ["batch", outputs] } },
    forward: (c, { sequences }) => {
      const { last } = lstm(c, sequences, { name: "lstm", width, layers }); // [B, H]
      return { predicted: dense(c, dropout(c, last, "last"), { name: "head", width: outputs }) }; // [B, outputs]
    },
    loss: (c, values) => meanSquaredError(c, { predictions: values.outputs.predicted, targets: values.targets.values }),
  });
}
