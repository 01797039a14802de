import type { Emitter } from "../../graph/emitter.ts";
import type { Value } from "../../graph/graph.ts";
import { type Cell, joinFeatures, sigmoidSlope, splitFeatures, tanhSlope, transposed } from "./cell.ts";

/**
 * Gated recurrent unit with the reset after the product (`linear_before_reset` 1, as PyTorch and cuDNN have it): gates z and r,
 * q = R·h + bias, n = tanh(input + r·q), h′ = n + z·(h − n).
 *
 * Backward: z and r get (h − n)·dh and a·q·dh, each with its own slope, and q gets a·r·dh, where a = (1 − z)·(1 − n²).
 *
 * @see Cho et al. 2014, arXiv:1406.1078; ONNX, GRU.
 */
export const RESET_AFTER_CELL: Cell = {
  gates: 3,
  states: 1,
  separateBias: true,
  operands: (b, r, bias) => (bias === undefined ? [r] : [r, b.op("Unsqueeze", [bias, b.ints([1])])]),
  step: (b, { input, states: [h], operands }) => {
    const [inputGates, inputCandidate] = splitFeatures(b, input, [2, 1]);
    const [gates, q] = splitFeatures(b, product(b, operands[0]!, h!, operands[1]), [2, 1]);
    const zr = b.op("Sigmoid", [b.op("Add", [inputGates, gates])]);
    const [z, r] = splitFeatures(b, zr, [1, 1]);
    const n = b.op("Tanh", [b.op("Add", [inputCandidate, b.op("Mul", [r, q])])]);
    return { states: [between(b, z!, h!, n)], kept: [zr, n, q!] };
  },
  factors: (b, { previous: [h], kept: [zr, n, q] }) => {
    const [z, r] = splitFeatures(b, zr!, [1, 1]);
    const a = candidateFactor(b, z!, n!);
    const reached = joinFeatures(b, [b.op("Sub", [h, n]), b.op("Mul", [a, q])]);
    const gates = b.op("Mul", [sigmoidSlope(b, zr!), reached]);
    return [joinFeatures(b, [gates, b.op("Mul", [a, r])]), z!, a];
  },
  operandsBack: (b, r) => [transposed(b, r)],
  stepBack: (b, { gradients: [dh], factors: [products, z, a], operands: [r] }) => {
    const dq = b.op("Mul", [joinFeatures(b, [dh!, dh!, dh!]), products]);
    const previous = b.op("Add", [b.op("MatMul", [r, dq]), b.op("Mul", [z, dh])]);
    return { gradients: [previous], emitted: [dq, b.op("Mul", [a, dh])] };
  },
  gateGradients: (b, { emitted: [dq, dn], previous }) => ({
    input: joinFeatures(b, [splitFeatures(b, dq!, [2, 1])[0]!, dn!]),
    recurrent: [{ gradient: dq!, operand: previous }],
  }),
};

/**
 * Gated recurrent unit with the reset before the product (`linear_before_reset` 0): n = tanh(input + R·(r·h)), the rest as above.
 *
 * Backward: n gets a·dh and u = r·h gets Rᵀ of that; z and r get (h − n)·dh and h·du.
 */
export const RESET_BEFORE_CELL: Cell = {
  gates: 3,
  states: 1,
  separateBias: false,
  operands: (b, r) => splitFeatures(b, r, [2, 1]),
  step: (b, { input, states: [h], operands: [gateRows, candidateRows] }) => {
    const [inputGates, inputCandidate] = splitFeatures(b, input, [2, 1]);
    const zr = b.op("Sigmoid", [b.op("Gemm", [gateRows, h, inputGates])]);
    const [z, r] = splitFeatures(b, zr, [1, 1]);
    const u = b.op("Mul", [r, h]);
    const n = b.op("Tanh", [b.op("Gemm", [candidateRows, u, inputCandidate])]);
    return { states: [between(b, z!, h!, n)], kept: [zr, n, u] };
  },
  factors: (b, { previous: [h], kept: [zr, n] }) => {
    const [z, r] = splitFeatures(b, zr!, [1, 1]);
    const gates = b.op("Mul", [sigmoidSlope(b, zr!), joinFeatures(b, [b.op("Sub", [h, n]), h!])]);
    return [gates, z!, r!, candidateFactor(b, z!, n!)];
  },
  operandsBack: (b, r) => splitFeatures(b, r, [2, 1]).map((rows) => transposed(b, rows)),
  stepBack: (b, { gradients: [dh], factors: [gates, z, r, a], operands: [gateRows, candidateRows] }) => {
    const dn = b.op("Mul", [a, dh]);
    const du = b.op("MatMul", [candidateRows, dn]);
    const dzr = b.op("Mul", [joinFeatures(b, [dh!, du]), gates]);
    const direct = b.op("Add", [b.op("Mul", [z, dh]), b.op("Mul", [r, du])]);
    return { gradients: [b.op("Add", [b.op("MatMul", [gateRows, dzr]), direct])], emitted: [dzr, dn] };
  },
  gateGradients: (b, { emitted: [dzr, dn], previous, kept: [, , u] }) => ({
    input: joinFeatures(b, [dzr!, dn!]),
    recurrent: [
      { gradient: dzr!, operand: previous },
      { gradient: dn!, operand: u! },
    ],
  }),
};

function product(b: Emitter, r: Value, h: Value, bias: Value | undefined): Value {
  return bias === undefined ? b.op("MatMul", [r, h]) : b.op("Gemm", [r, h, bias]);
}

/** n where z is 0, h where it is 1. */
function between(b: Emitter, z: Value, h: Value, n: Value): Value {
  return b.op("Add", [n, b.op("Mul", [z, b.op("Sub", [h, n])])]);
}

/** (1 − z)·(1 − n²) */
function candidateFactor(b: Emitter, z: Value, n: Value): Value {
  return b.op("Mul", [b.op("Sub", [b.scalar(1, z.dtype), z]), tanhSlope(b, n)]);
}
