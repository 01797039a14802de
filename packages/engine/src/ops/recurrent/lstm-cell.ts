import { type Cell, joinFeatures, sigmoidSlope, splitFeatures, tanhSlope, transposed } from "./cell.ts";

/**
 * Long short-term memory: gates i, o, f and candidate g; c′ = f·c + i·g, h′ = o·tanh c′.
 *
 * Backward: with dc += o·(1 − tanh² c′)·dh the gates get, each with its own slope, (g·dc, tanh c′·dh, c·dc, i·dc); then dc = f·dc and
 * dh = Rᵀ·(all gates).
 *
 * @see Hochreiter & Schmidhuber 1997, Neural Computation 9(8); ONNX, LSTM.
 */
export const LSTM_CELL: Cell = {
  gates: 4,
  states: 2,
  separateBias: false,
  operands: (_, r) => [r],
  step: (b, { input, states: [h, c], operands: [r] }) => {
    const [logistic, candidate] = splitFeatures(b, b.op("Gemm", [r, h, input]), [3, 1]);
    const gates = b.op("Sigmoid", [logistic]);
    const g = b.op("Tanh", [candidate]);
    const [i, o, f] = splitFeatures(b, gates, [1, 1, 1]);
    const next = b.op("Add", [b.op("Mul", [f, c]), b.op("Mul", [i, g])]);
    const squashed = b.op("Tanh", [next]);
    return { states: [b.op("Mul", [o, squashed]), next], kept: [gates, g, squashed] };
  },
  factors: (b, { previous: [, c], kept: [gates, g, squashed] }) => {
    const [i, o, f] = splitFeatures(b, gates!, [1, 1, 1]);
    const logistic = b.op("Mul", [sigmoidSlope(b, gates!), joinFeatures(b, [g!, squashed!, c!])]);
    const candidate = b.op("Mul", [i, tanhSlope(b, g!)]);
    return [b.op("Mul", [o, tanhSlope(b, squashed!)]), f!, joinFeatures(b, [logistic, candidate])];
  },
  operandsBack: (b, r) => [transposed(b, r)],
  stepBack: (b, { gradients: [dh, dc], factors: [cellFactor, f, gateFactors], operands: [r] }) => {
    const total = b.op("Add", [dc, b.op("Mul", [cellFactor, dh])]);
    const gates = b.op("Mul", [joinFeatures(b, [total, dh!, total, total]), gateFactors]);
    return { gradients: [b.op("MatMul", [r, gates]), b.op("Mul", [f, total])], emitted: [gates] };
  },
  gateGradients: (_, { emitted: [gates], previous }) => ({
    input: gates!,
    recurrent: [{ gradient: gates!, operand: previous }],
  }),
};
