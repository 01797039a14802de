import type { OperatorCase } from "../operator-case.ts";
import { uniform, values } from "../random-tensors.ts";

const [T, B, D, H] = [4, 2, 3, 5];

/** X, W, R and biases; all weights large enough that gates are neither open nor shut. */
function operands(gates: number, directions = 1) {
  const weight = (shape: readonly number[], seed: number) => uniform(shape, { from: -0.6, to: 0.6, seed });
  return [
    uniform([T, B, D]),
    weight([directions, gates * H, D], 2),
    weight([directions, gates * H, H], 3),
    weight([directions, 2 * gates * H], 4),
  ];
}

const state = (directions: number, seed: number) => uniform([directions, B, H], { from: -0.9, to: 0.9, seed });
const lengths = values("int32", [B], [3, 4]);
const attributes = { hidden_size: H };

/** Cases that all three operators have, by how many gates and states they have. */
function commonCases(gates: number, states: number): OperatorCase[] {
  const initial = (directions: number) => [5, 6].slice(0, states).map((seed) => state(directions, seed));
  const outputCount = 1 + states;
  return [
    { name: "only Y", inputs: operands(gates).slice(0, 3), attributes },
    { name: "with biases and final states", inputs: operands(gates), attributes, outputCount },
    {
      name: "in reverse, from initial states",
      inputs: [...operands(gates), undefined, ...initial(1)],
      attributes: { ...attributes, direction: "reverse" },
      outputCount,
    },
    {
      name: "sequences of two lengths",
      inputs: [...operands(gates), lengths],
      attributes,
      outputCount,
    },
    {
      name: "in both directions, two lengths, from initial states",
      inputs: [...operands(gates, 2), lengths, ...initial(2)],
      attributes: { ...attributes, direction: "bidirectional" },
      outputCount,
    },
    {
      name: "only the final states reach the loss",
      inputs: operands(gates, 2),
      attributes: { ...attributes, direction: "bidirectional" },
      outputCount,
      differentiableOutputs: [1, 2].slice(0, states),
    },
  ];
}

export const recurrentCases = {
  LSTM: commonCases(4, 2),
  GRU: [0, 1].flatMap((reset) =>
    commonCases(3, 1).map((example) => ({
      ...example,
      name: `${example.name}, reset ${reset === 1 ? "after" : "before"} the product`,
      attributes: { ...example.attributes, linear_before_reset: reset },
    })),
  ),
  RNN: [
    ...commonCases(1, 1),
    {
      name: "with ReLU and the logistic function",
      inputs: operands(1, 2),
      attributes: { ...attributes, direction: "bidirectional", activations: ["Relu", "Sigmoid"] },
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
