import type { PlainAttributes } from "../graph/emitter.ts";
import type { AnyReference } from "../ops/operator.ts";
import { values } from "./random-tensors.ts";

/** An input of a case; a constant one becomes an initializer, as axes, shapes and counts must be known to the shape rule. */
export type CaseInput = AnyReference & { readonly isConstant?: true };

/** One application of an operator, which every rule of its row is checked by. */
export interface OperatorCase {
  /** What this case is about, unique within its operator. */
  readonly name: string;
  /** `undefined` leaves an optional input out. */
  readonly inputs: readonly (CaseInput | undefined)[];
  readonly attributes?: PlainAttributes;
  /** How many, or for each whether it is wanted. Default 1. */
  readonly outputCount?: number | readonly boolean[];
  /** Inputs whose gradient is checked. Default: the float inputs that are not constant. Empty: the gradient is not checked. */
  readonly differentiableInputs?: readonly number[];
  /** Float outputs that the checked loss depends on. Default: all. */
  readonly differentiableOutputs?: readonly number[];
  /** Set for a form that ONNX Runtime cannot run at our opset: forms of older opsets. It is checked in float64 only. */
  readonly referenceOnly?: true;
}

/** An input that is known before the graph runs. */
export function constant(tensor: AnyReference): CaseInput {
  return { ...tensor, isConstant: true };
}

/** A constant int64 vector: axes, shapes, pads, counts. */
export function ints(data: readonly number[]): CaseInput {
  return constant(values("int64", [data.length], data));
}
