import type { Emitter } from "../../graph/emitter.ts";
import type { Value } from "../../graph/graph.ts";
import { type Cell, sigmoidSlope, tanhSlope, transposed } from "./cell.ts";

/** Activations of a plain RNN, with the derivative at a value of theirs. */
export const RNN_ACTIVATIONS = {
  Relu: { apply: (x: number) => Math.max(x, 0), slope: (b: Emitter, y: Value) => b.op("Sign", [y]) },
  Sigmoid: { apply: (x: number) => 1 / (1 + Math.exp(-x)), slope: sigmoidSlope },
  Tanh: { apply: Math.tanh, slope: tanhSlope },
} as const;

export type RnnActivation = keyof typeof RNN_ACTIVATIONS;

/** h′ = activation(input + R·h). */
export function rnnCell(activation: RnnActivation): Cell {
  return {
    gates: 1,
    states: 1,
    separateBias: false,
    operands: (_, r) => [r],
    step: (b, { input, states: [h], operands: [r] }) => ({
      states: [b.op(activation, [b.op("Gemm", [r, h, input])])],
      kept: [],
    }),
    factors: (b, { states: [h] }) => [RNN_ACTIVATIONS[activation].slope(b, h!)],
    operandsBack: (b, r) => [transposed(b, r)],
    stepBack: (b, { gradients: [dh], factors: [slope], operands: [r] }) => {
      const gate = b.op("Mul", [dh, slope]);
      return { gradients: [b.op("MatMul", [r, gate])], emitted: [gate] };
    },
    gateGradients: (_, { emitted: [gate], previous }) => ({
      input: gate!,
      recurrent: [{ gradient: gate!, operand: previous }],
    }),
  };
}
