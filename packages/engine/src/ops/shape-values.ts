import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";
import { numericDType } from "../tensor/dtype.ts";
import { type Dimension, isStatic, normalizeAxis, type Shape } from "../tensor/shape.ts";
import { tensorFrom } from "../tensor/tensor.ts";
import type { InferenceContext } from "./operator.ts";

type Rule = Pick<InferenceContext<Record<never, never>>, "inputs" | "contents" | "fail">;

/** The elements as numbers, when each is one. */
export function knownNumbers(contents: readonly Dimension[] | undefined): readonly number[] | undefined {
  return contents !== undefined && isStatic(contents) ? contents : undefined;
}

/** The integers that an input, or in older opsets an attribute, gives; the shape rule must know them. */
export function requiredNumbers(
  c: Rule,
  input: number,
  attribute: readonly number[] | undefined,
  name: string,
): readonly number[] {
  const numbers = c.inputs[input] === undefined ? attribute : knownNumbers(c.contents(input));
  return numbers ?? c.fail(`${name} are known before the graph runs`, "a value computed at run time, or none");
}

/** A size that only a run can tell. `where` makes its name the node's own. */
export function unknownDimension(where: string, axis: number): string {
  return `${where.replaceAll(/["*+() ]+/g, "_")}${axis}`;
}

/** `axis` counted from the front, checked against the rank. */
export function checkedAxis(c: Pick<Rule, "fail">, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
    c.fail(`axis lies in [${-rank}, ${rank - 1}]`, String(axis));
  return normalizeAxis(axis, rank);
}

/** Axes counted from the front and named once each. */
export function checkedAxes(c: Pick<Rule, "fail">, axes: readonly number[], rank: number): number[] {
  const checked = axes.map((axis) => checkedAxis(c, axis, rank));
  if (new Set(checked).size !== checked.length) c.fail("each axis is named once", `[${axes}]`);
  return checked;
}

/** The sizes `[start, end)` of a value as an int64 vector; a constant where they are known. */
export function shapeValue(b: Emitter, value: Value, start = 0, end = value.shape.length): Value {
  return shapeVector(b, [shapePart(b, value, start, end)]);
}

/** A piece of a shape: numbers, or an int64 vector. */
export type ShapePart = readonly number[] | Value;

/** The sizes `[start, end)` of a value, as numbers where they are known. */
export function shapePart(b: Emitter, value: Value, start = 0, end = value.shape.length): ShapePart {
  const sizes = value.shape.slice(start, end);
  return isStatic(sizes) ? sizes : b.op("Shape", [value], { start, end });
}

/** Pieces of a shape as one int64 vector. */
export function shapeVector(b: Emitter, parts: readonly ShapePart[]): Value {
  const pieces: (number[] | Value)[] = [];
  for (const part of parts) {
    const numbers = "name" in part ? knownNumbers(b.contents(part)) : part;
    const last = pieces.at(-1);
    if (numbers === undefined) pieces.push(part as Value);
    else if (Array.isArray(last)) last.push(...numbers);
    else pieces.push([...numbers]);
  }
  const vectors = pieces.map((piece) => (Array.isArray(piece) ? b.ints(piece) : piece));
  return vectors.length === 1 ? vectors[0]! : b.op("Concat", vectors, { axis: 0 });
}

/** A value that is known to have the shape of `like`, typed so. */
export function withShape(b: Emitter, value: Value, like: Value): Value {
  return sameShape(value.shape, like.shape) ? value : b.op("Reshape", [value, b.op("Shape", [like])], { allowzero: 1 });
}

/** Zeros of the dtype and shape of `value`, made when the graph runs. */
export function zerosLike(b: Emitter, value: Value): Value {
  return b.op("ConstantOfShape", [shapeValue(b, value)], {
    value: tensorFrom(numericDType(value.dtype, `"${value.name}"`), [1], [0]),
  });
}

/** True when the sizes are the same or may be: two different numbers never are. */
export function mayEqual(a: Dimension | undefined, b: Dimension | undefined): boolean {
  return a === b || typeof a === "string" || typeof b === "string";
}

/** True when a shape is a rule's, or may be. */
export function mayBeShape(shape: Shape, rule: Shape): boolean {
  return shape.length === rule.length && shape.every((size, axis) => mayEqual(size, rule[axis]));
}

/**
 * True when NumPy's rule repeats a shape to another, or may: each size counted from the last is that of the
 * other, or 1.
 */
export function mayExpandTo(shape: Shape, target: Shape): boolean {
  const lead = target.length - shape.length;
  return lead >= 0 && shape.every((size, axis) => size === 1 || mayEqual(size, target[axis + lead]));
}

function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
