import type { Emitter } from "../../graph/emitter.ts";
import type { Value } from "../../graph/graph.ts";
import { numericDType } from "../../tensor/dtype.ts";
import { tensorFrom } from "../../tensor/tensor.ts";
import { shapePart, shapeVector, withShape } from "../shape-values.ts";

/** Positions of the inputs of LSTM, GRU and RNN; only an LSTM has a cell state. */
export const INPUT = { x: 0, w: 1, r: 2, bias: 3, lengths: 4, h: 5, c: 6 } as const;

/** Whether each direction of the operator runs from the end. */
export const DIRECTIONS: Readonly<Record<string, readonly boolean[]>> = {
  forward: [false],
  reverse: [true],
  bidirectional: [false, true],
};

/** The part of one direction in a value that holds all of them along `axis`. */
export function partOf(b: Emitter, value: Value, direction: number, axis = 0): Value {
  if (value.shape[axis] === 1) return b.op("Squeeze", [value, b.ints([axis])]);
  return b.op("Gather", [value, b.scalar(direction, "int64")], { axis });
}

/** The parts of all directions as one value. */
export function joinParts(b: Emitter, parts: readonly Value[], axis = 0): Value {
  const widened = parts.map((part) => b.op("Unsqueeze", [part, b.ints([axis])]));
  return widened.length === 1 ? widened[0]! : b.op("Concat", widened, { axis });
}

/** Swaps batch and features: `[B, H]` and `[H, B]`, `[T, B, H]` and `[T, H, B]`. */
export function swapBatch(b: Emitter, value: Value): Value {
  return b.op("Transpose", [value], { perm: value.shape.length === 2 ? [1, 0] : [0, 2, 1] });
}

/** A state `[H, B]` of zeros for x `[T, B, D]`. */
export function zeroState(b: Emitter, x: Value, width: number): Value {
  const shape = shapeVector(b, [[width], shapePart(b, x, 1, 2)]);
  return b.op("ConstantOfShape", [shape], { value: tensorFrom(numericDType(x.dtype), [1], [0]) });
}

/** True `[T, 1, B]` at the times before each sequence's end. */
export function liveSteps(b: Emitter, x: Value, lengths: Value): Value {
  const count = b.op("Squeeze", [b.op("Shape", [x], { start: 0, end: 1 }), b.ints([0])]);
  const times = b.op("Range", [b.scalar(0, "int64"), count, b.scalar(1, "int64")]);
  const column = b.op("Unsqueeze", [times, b.ints([1, 2])]);
  return b.op("Less", [column, b.op("Cast", [lengths], { to: 7 })]);
}

/** The state before each time: the sequence of states `[T, H, B]` behind, or in front of, the initial state `[H, B]`. */
export function previousStates(b: Emitter, states: Value, initial: Value, reverse: boolean): Value {
  const first = b.op("Unsqueeze", [initial, b.ints([0])]);
  const part = (from: number, to: number) => b.op("Slice", [states, b.ints([from]), b.ints([to]), b.ints([0])]);
  const shifted = reverse ? [part(1, Number.MAX_SAFE_INTEGER), first] : [first, part(0, -1)];
  return withShape(b, b.op("Concat", shifted, { axis: 0 }), states);
}
