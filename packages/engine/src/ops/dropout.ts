import { ModelwrightError } from "@modelwright/contracts";
import { defineOperator, type Operator } from "./operator.ts";
import { mapElements } from "./reference-kernels.ts";

/**
 * Dropout as inference runs it: the identity. ONNX Runtime's own masks cannot be repeated from one session to the next, so training feeds
 * its masks as inputs of a Mul.
 */
export const dropout = {
  Dropout: defineOperator({
    inputs: ["data", "ratio?", "training_mode?"],
    outputs: ["output", "mask?"],
    attributes: { seed: { type: "int" } },
    infer: ({ inputs: [x] }) => [
      { dtype: x.dtype, shape: x.shape },
      { dtype: "bool", shape: x.shape },
    ],
    gradient: ({ b, inputs, outputs, dy }) => {
      const trainingMode = inputs[2];
      if (trainingMode !== undefined && b.tensorOf(trainingMode)?.data[0] !== 0) {
        throw new ModelwrightError("ENGINE_NOT_DIFFERENTIABLE", {
          node: outputs[0].name,
          opType: "Dropout",
          reason: "dropout masks come as inputs, training_mode is absent or a constant false",
        });
      }
      return [dy];
    },
    reference: ([x, , trainingMode]) => {
      if (trainingMode !== undefined && trainingMode.data[0] !== 0)
        throw new Error("Dropout: a training mode has no reference value, its mask is random");
      return [x, mapElements(x, () => 1, "bool")];
    },
  }),
} satisfies Record<string, Operator>;
