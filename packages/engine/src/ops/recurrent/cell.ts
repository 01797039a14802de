import type { Emitter } from "../../graph/emitter.ts";
import type { Value } from "../../graph/graph.ts";

/**
 * The step of a recurrent operator in one direction, forward and backward.
 *
 * Inside loops every value has the features first and the batch last, `[H, B]`; over time `[T, H, B]`. So the recurrent matrix is the left
 * operand of its products, which ONNX Runtime's kernels read in place, where as a right operand it would be repacked at each step.
 */
export interface Cell {
  /** Blocks of H rows in W and R. */
  readonly gates: number;
  /** 1 for h, 2 for h and c. */
  readonly states: number;
  /** Whether the recurrent bias stays apart from that of the input, because a gate lies between. */
  readonly separateBias: boolean;
  /**
   * What the steps read besides their states, computed before the loop.
   *
   * @param r `[gates·H, H]`.
   * @param bias The recurrent bias `[gates·H]` if it stays apart.
   */
  operands(b: Emitter, r: Value, bias: Value | undefined): readonly Value[];
  /** @param options.input `[gates·H, B]`: the input's share of the gates, with biases. */
  step(
    b: Emitter,
    options: { readonly input: Value; readonly states: readonly Value[]; readonly operands: readonly Value[] },
  ): { readonly states: readonly Value[]; readonly kept: readonly Value[] };
  /** The factors of the steps back, which do not depend on the gradient: computed for all times at once. */
  factors(
    b: Emitter,
    options: {
      readonly states: readonly Value[];
      readonly previous: readonly Value[];
      readonly kept: readonly Value[];
    },
  ): readonly Value[];
  /** As `operands`, for the steps back. */
  operandsBack(b: Emitter, r: Value): readonly Value[];
  /** From the gradients by the new states those by the old ones, and what `gateGradients` needs of this step. */
  stepBack(
    b: Emitter,
    options: {
      readonly gradients: readonly Value[];
      readonly factors: readonly Value[];
      readonly operands: readonly Value[];
    },
  ): { readonly gradients: readonly Value[]; readonly emitted: readonly Value[] };
  /** For all times at once, from what the steps back emitted. */
  gateGradients(
    b: Emitter,
    options: { readonly emitted: readonly Value[]; readonly previous: Value; readonly kept: readonly Value[] },
  ): GateGradients;
}

export interface GateGradients {
  /** Gradient by the input's share of the gates, `[T, gates·H, B]`. */
  readonly input: Value;
  /** Blocks of rows of R in order: the gradient by their products `[T, k·H, B]`, and what they multiplied `[T, H, B]`. */
  readonly recurrent: readonly { readonly gradient: Value; readonly operand: Value }[];
}

/** 1 − x², the derivative of tanh at the value x of tanh. */
export function tanhSlope(b: Emitter, x: Value): Value {
  return b.op("Sub", [b.scalar(1, x.dtype), b.op("Mul", [x, x])]);
}

/** x·(1 − x), the derivative of the logistic function at its value x. */
export function sigmoidSlope(b: Emitter, x: Value): Value {
  return b.op("Mul", [x, b.op("Sub", [b.scalar(1, x.dtype), x])]);
}

/** Blocks of so many times H along the axis of features. */
export function splitFeatures(b: Emitter, value: Value, blocks: readonly number[]): readonly Value[] {
  const axis = value.shape.length - 2;
  const width = Number(value.shape[axis]) / blocks.reduce((sum, block) => sum + block, 0);
  return b.multi("Split", [value, b.ints(blocks.map((block) => block * width))], blocks.length, { axis });
}

/** Side by side along the axis of features. */
export function joinFeatures(b: Emitter, values: readonly Value[]): Value {
  return b.op("Concat", values, { axis: values[0]!.shape.length - 2 });
}

export function transposed(b: Emitter, matrix: Value): Value {
  return b.op("Transpose", [matrix], { perm: [1, 0] });
}
