import type { Value } from "../graph/graph.ts";
import type { DType } from "../tensor/dtype.ts";
import { broadcastShapes, type Dimension, showShape } from "../tensor/shape.ts";
import type { InferenceContext, InferredType } from "./operator.ts";

/** The part of an `InferenceContext` that does not depend on the operator's attributes. */
export type ShapeRuleContext = Pick<InferenceContext<Record<never, never>>, "inputs" | "contents" | "fail">;

/** The type of the first input. */
export function inferSame({
  inputs: [x],
}: {
  readonly inputs: readonly [Value, ...unknown[]];
}): readonly InferredType[] {
  return [{ dtype: x.dtype, shape: x.shape }];
}

/** Inputs of one dtype, broadcast by NumPy's rule. */
export function inferBroadcast({ inputs, fail }: Pick<ShapeRuleContext, "inputs" | "fail">): readonly InferredType[] {
  const operands = inputs.filter((input) => input !== undefined);
  const first = operands[0];
  if (first === undefined) return fail("an operand is given", "none");
  if (operands.some((operand) => operand.dtype !== first.dtype))
    fail("all operands have one dtype", operands.map((operand) => operand.dtype).join(" and "));
  let shape = first.shape;
  for (const operand of operands.slice(1)) {
    shape =
      broadcastShapes(shape, operand.shape) ??
      fail("operands broadcast", operands.map((operand) => showShape(operand.shape)).join(" and "));
  }
  return [{ dtype: first.dtype, shape }];
}

/** As `inferBroadcast`, with a result of another dtype. */
export function inferBroadcastTo(dtype: DType): (context: ShapeRuleContext) => readonly InferredType[] {
  return (context) => [{ dtype, shape: inferBroadcast(context)[0]!.shape }];
}

/**
 * As `inferBroadcast`, computing the elements of small integer vectors while the graph is built: exported models compute their shapes
 * by such arithmetic.
 *
 * @param combine Returns `undefined` when the result is not known.
 */
export function inferArithmetic(
  combine: (a: Dimension, b: Dimension) => Dimension | undefined,
): (context: ShapeRuleContext) => readonly InferredType[] {
  return (context) => [{ ...inferBroadcast(context)[0]!, contents: combineContents(context, combine) }];
}

/** Contents of the first two inputs combined element by element; `undefined` when some element is not known. */
export function combineContents(
  { contents }: Pick<ShapeRuleContext, "contents">,
  combine: (a: Dimension, b: Dimension) => Dimension | undefined,
): readonly Dimension[] | undefined {
  const a = contents(0);
  const b = contents(1);
  if (a === undefined || b === undefined) return undefined;
  if (a.length !== b.length && a.length !== 1 && b.length !== 1) return undefined;
  const length = a.length === 1 ? b.length : a.length;
  const result: Dimension[] = [];
  for (let i = 0; i < length; i++) {
    const element = combine(a[a.length === 1 ? 0 : i]!, b[b.length === 1 ? 0 : i]!);
    if (element === undefined) return undefined;
    result.push(element);
  }
  return result;
}
