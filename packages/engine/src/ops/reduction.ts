import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";
import { DTYPES } from "../tensor/dtype.ts";
import { normalizeAxis } from "../tensor/shape.ts";
import { countAlong, expandLike, zerosWhereNot } from "./gradient-shapes.ts";
import {
  type Attributes,
  defineOperator,
  type InferenceContext,
  type InferredType,
  type Operator,
  type ReferenceTensor,
} from "./operator.ts";
import { largest, logSumExp, reduceElements, sum, withShape } from "./reference-kernels.ts";
import { refuseGradient } from "./refuse-gradient.ts";
import { knownNumbers, unknownDimension } from "./shape-values.ts";

/** `axes` is an attribute in older opsets and the second input in newer ones; both are read. */
const reductionAttributes = {
  axes: { type: "ints" },
  keepdims: { type: "int", default: 1 },
  noop_with_empty_axes: { type: "int", default: 0 },
} as const;
type ReductionAttributes = Attributes<typeof reductionAttributes>;

/** What a reduction's gradient is made from. `y` and `dy` have the rank of `x`, with size 1 along `axes`. */
interface ReductionGradient {
  readonly b: Emitter;
  readonly x: Value;
  readonly y: Value;
  readonly dy: Value;
  readonly axes: readonly number[];
}

/** One reduction. */
function reduction(definition: {
  value(group: readonly number[]): number;
  gradient(context: ReductionGradient): Value;
}): Operator {
  return defineOperator({
    inputs: ["data", "axes?"],
    outputs: ["reduced"],
    attributes: reductionAttributes,
    infer: inferReduction,
    gradient: ({ b, inputs: [x, axesInput], outputs: [y], dy, attributes }) => {
      const given = axesInput === undefined ? undefined : knownNumbers(b.contents(axesInput));
      if (axesInput !== undefined && given === undefined)
        return refuseGradient(y, "a reduction", "its axes must be known before the graph runs");
      const axes = reducedAxes(x!.shape.length, attributes, given);
      const keep = (value: Value) => (attributes.keepdims === 1 ? value : b.op("Unsqueeze", [value, b.ints(axes)]));
      return [definition.gradient({ b, x: x!, y: keep(y), dy: keep(dy), axes })];
    },
    reference: ([x, axesInput], { attributes }) => {
      const given = axesInput === undefined ? undefined : Array.from(axesInput.data);
      const axes = reducedAxes(x!.shape.length, attributes, given);
      const y = withoutInfinities(reduceElements(x!, axes, definition.value));
      return [attributes.keepdims === 1 ? y : withShape(y, withoutAxes(x!.shape, axes))];
    },
  });
}

export const reductions = {
  ReduceSum: reduction({
    value: sum,
    gradient: ({ b, x, dy }) => expandLike(b, dy, x),
  }),

  ReduceMean: reduction({
    value: (group) => sum(group) / group.length,
    gradient: ({ b, x, dy, axes }) => expandLike(b, b.op("Div", [dy, countAlong(b, x, axes)]), x),
  }),

  /** Elements that attain the maximum share the gradient evenly. */
  ReduceMax: reduction({ value: largest, gradient: sharedExtreme }),

  /** Elements that attain the minimum share the gradient evenly. */
  ReduceMin: reduction({ value: (group) => -largest(group.map((value) => -value)), gradient: sharedExtreme }),

  ReduceProd: reduction({
    value: (group) => group.reduce((product, value) => product * value, 1),
    gradient: productGradient,
  }),

  ReduceSumSquare: reduction({
    value: (group) => sum(group.map((value) => value * value)),
    gradient: ({ b, x, dy }) => b.op("Mul", [x, b.op("Add", [dy, dy])]),
  }),

  /** Subgradient 0 at 0. */
  ReduceL1: reduction({
    value: (group) => sum(group.map(Math.abs)),
    gradient: ({ b, x, dy }) => b.op("Mul", [b.op("Sign", [x]), dy]),
  }),

  /** Subgradient 0 where the norm is 0. */
  ReduceL2: reduction({
    value: (group) => Math.sqrt(sum(group.map((value) => value * value))),
    // A norm below 1e-20 underflows in float32 anyway; the bound keeps 0/0 away.
    gradient: ({ b, x, y, dy }) => b.op("Mul", [x, b.op("Div", [dy, b.op("Max", [y, b.scalar(1e-20, y.dtype)])])]),
  }),

  /** The gradient divides by the sum: it is not finite where that is 0. */
  ReduceLogSum: reduction({
    value: (group) => Math.log(sum(group)),
    gradient: ({ b, x, y, dy }) => expandLike(b, b.op("Div", [dy, b.op("Exp", [y])]), x),
  }),

  ReduceLogSumExp: reduction({
    value: logSumExp,
    gradient: ({ b, x, y, dy }) => b.op("Mul", [b.op("Exp", [b.op("Sub", [x, y])]), dy]),
  }),
} satisfies Record<string, Operator>;

/** The extreme of no bools: what a maximum or a minimum begins with. */
function withoutInfinities(y: ReferenceTensor): ReferenceTensor {
  if (y.dtype !== "bool") return y;
  return { ...y, data: y.data.map((value) => Math.min(Math.max(value, 0), 1)) };
}

function sharedExtreme({ b, x, y, dy, axes }: ReductionGradient): Value {
  const attained = b.op("Cast", [b.op("Equal", [x, y])], { to: DTYPES[x.dtype].onnx });
  const ties = reduced(b, "ReduceSum", attained, axes);
  return b.op("Mul", [attained, b.op("Div", [dy, ties])]);
}

/**
 * The product of the others: that of all elements but the zeros, divided by the element, where it has no zero among the others, and 0
 * elsewhere.
 */
function productGradient({ b, x, dy, axes }: ReductionGradient): Value {
  const isZero = b.op("Equal", [x, b.scalar(0, x.dtype)]);
  const zeros = b.op("Cast", [isZero], { to: DTYPES[x.dtype].onnx });
  const others = b.op("Where", [isZero, b.scalar(1, x.dtype), x]);
  const product = b.op("Div", [b.op("Mul", [dy, reduced(b, "ReduceProd", others, axes)]), others]);
  return zerosWhereNot(b, b.op("Equal", [zeros, reduced(b, "ReduceSum", zeros, axes)]), product);
}

/** An empty list of axes would stand for all of them. */
function reduced(b: Emitter, opType: "ReduceProd" | "ReduceSum", value: Value, axes: readonly number[]): Value {
  return axes.length === 0 ? value : b.op(opType, [value, b.ints(axes)], { keepdims: 1 });
}

/** Axes that only a run can tell leave the rank as it is when `keepdims` says so. */
function inferReduction(c: InferenceContext<typeof reductionAttributes>): readonly InferredType[] {
  const [x, axesInput] = c.inputs;
  const { dtype, shape } = x!;
  const given = axesInput === undefined ? undefined : knownNumbers(c.contents(1));
  if (axesInput !== undefined && given === undefined) {
    if (c.attributes.keepdims !== 1) c.fail("without keepdims, axes are constant", `"${axesInput.name}"`);
    return [{ dtype, shape: shape.map((size, axis) => (size === 1 ? 1 : unknownDimension(c.where, axis))) }];
  }
  const axes = reducedAxes(shape.length, c.attributes, given);
  if (axes.some((axis) => axis < 0 || axis >= shape.length))
    c.fail(`axes lie within rank ${shape.length}`, `[${axes.join(", ")}]`);
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return [{ dtype, shape: c.attributes.keepdims === 1 ? kept : withoutAxes(shape, axes) }];
}

/** The axes reduced, from the front: those given, or all; `noop_with_empty_axes` turns "all" into none. */
function reducedAxes(
  rank: number,
  attributes: ReductionAttributes,
  input: readonly number[] | undefined,
): readonly number[] {
  const given = input ?? attributes.axes ?? [];
  if (given.length > 0) return given.map((axis) => normalizeAxis(axis, rank));
  return attributes.noop_with_empty_axes === 1 ? [] : Array.from({ length: rank }, (_, axis) => axis);
}

function withoutAxes<T>(shape: readonly T[], axes: readonly number[]): readonly T[] {
  return shape.filter((_, axis) => !axes.includes(axis));
}
