import { constant, type OperatorCase } from "../operator-case.ts";
import { awayFromZero, uniform, values } from "../random-tensors.ts";

const smooth: readonly OperatorCase[] = [
  { name: "around 0", inputs: [uniform([3, 4])] },
  { name: "in the tails", inputs: [values("float32", [6], [-12, -6, -4, 4, 6, 12])] },
];
const bent: readonly OperatorCase[] = [{ name: "both sides of 0", inputs: [awayFromZero([3, 4])] }];

export const activationCases = {
  Relu: [...bent, { name: "float64", inputs: [{ ...awayFromZero([3, 4]), dtype: "float64" }] }],
  LeakyRelu: [0.01, 1.5, -0.5].map((alpha) => ({
    name: `alpha ${alpha}`,
    inputs: [awayFromZero([3, 4])],
    attributes: { alpha },
  })),
  Sigmoid: smooth,
  Tanh: smooth,
  Softplus: smooth,
  Softsign: [{ name: "both sides of 0", inputs: [awayFromZero([3, 4])] }],
  Elu: [
    ...bent,
    { name: "with alpha", inputs: [awayFromZero([3, 4])], attributes: { alpha: 0.5 } },
    { name: "a negative alpha", inputs: [awayFromZero([3, 4])], attributes: { alpha: -1 } },
  ],
  Selu: [
    ...bent,
    { name: "with alpha and gamma", inputs: [awayFromZero([3, 4])], attributes: { alpha: 2, gamma: 0.5 } },
    { name: "a negative alpha", inputs: [awayFromZero([3, 4])], attributes: { alpha: -2, gamma: 0.5 } },
    { name: "a negative gamma", inputs: [awayFromZero([3, 4])], attributes: { alpha: 2, gamma: -0.5 } },
  ],
  HardSigmoid: [
    { name: "all three parts", inputs: [values("float32", [7], [-9, -3, -1, 0.1, 1, 2, 5])] },
    { name: "as MobileNet has it", inputs: [values("float32", [4], [-4, -1, 1, 4])], attributes: { alpha: 1 / 6 } },
    { name: "falling", inputs: [values("float32", [4], [-4, -1, 1, 4])], attributes: { alpha: -0.2 } },
  ],
  Mish: smooth,
  HardSwish: [{ name: "all three parts", inputs: [values("float32", [6], [-5, -2.5, -1, 0, 2.5, 5])] }],
  Dropout: [
    { name: "at inference", inputs: [uniform([2, 3]), values("float32", [], [0.5])], differentiableInputs: [0] },
    { name: "with the mask", inputs: [uniform([2, 3])], outputCount: 2 },
    {
      name: "training mode false",
      inputs: [uniform([2, 3]), values("float32", [], [0.5]), constant(values("bool", [], [0]))],
      differentiableInputs: [0],
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
