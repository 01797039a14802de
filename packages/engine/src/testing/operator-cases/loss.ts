import type { OperatorCase } from "../operator-case.ts";
import { uniform, values } from "../random-tensors.ts";

const labels = values("int64", [4], [0, 2, 1, 2]);
const withIgnored = values("int64", [4], [0, -100, 1, 2]);
const weights = uniform([3], { from: 0.5, to: 2, seed: 5 });
const perPixel = values("int64", [2, 2], [0, 2, -100, 1]);

/** Each reduction with and without weights and ignored labels; `scores` makes the input of a shape. */
function lossCases(scores: (shape: readonly number[]) => ReturnType<typeof uniform>): readonly OperatorCase[] {
  return ["mean", "sum", "none"].flatMap((reduction) => [
    { name: reduction, inputs: [scores([4, 3]), labels], attributes: { reduction } },
    {
      name: `${reduction}, weights`,
      inputs: [scores([4, 3]), labels, weights],
      attributes: { reduction },
      differentiableInputs: [0],
    },
    {
      name: `${reduction}, ignored labels`,
      inputs: [scores([4, 3]), withIgnored],
      attributes: { reduction, ignore_index: -100 },
    },
    {
      name: `${reduction}, weights, ignored labels, a label a position`,
      inputs: [scores([2, 3, 2]), perPixel, weights],
      attributes: { reduction, ignore_index: -100 },
      differentiableInputs: [0],
    },
    {
      name: `${reduction}, int32 labels`,
      inputs: [scores([4, 3]), { ...labels, dtype: "int32" as const }],
      attributes: { reduction },
    },
  ]);
}

const crossEntropyCases = lossCases((shape) => uniform(shape));

export const labelLossCases = {
  SoftmaxCrossEntropyLoss: [
    ...crossEntropyCases,
    ...crossEntropyCases.map((example) => ({
      ...example,
      name: `${example.name}, log probabilities kept`,
      outputCount: 2,
      differentiableOutputs: [0],
    })),
    { name: "gradient through the log probabilities", inputs: [uniform([4, 3]), labels], outputCount: 2 },
  ],
  NegativeLogLikelihoodLoss: lossCases((shape) => uniform(shape, { from: -3, to: -0.1 })),
} satisfies Record<string, readonly OperatorCase[]>;
