import { ModelwrightError } from "@modelwright/contracts";
import type { Value } from "../graph/graph.ts";
import { multiplyDimensions, normalizeAxis, showShape } from "../tensor/shape.ts";
import { reshapeLike } from "./gradient-shapes.ts";
import {
  type Attributes,
  defineOperator,
  type GradientContext,
  type InferenceContext,
  type InferredType,
  type Operator,
  type ReferenceTensor,
} from "./operator.ts";
import { mapBroadcast, reduceElements, sum } from "./reference-kernels.ts";

const normalizationAttributes = {
  axis: { type: "int", default: -1 },
  epsilon: { type: "float", default: 1e-5 },
  stash_type: { type: "int", default: 1 },
} as const;
type NormalizationAttributes = Attributes<typeof normalizationAttributes>;

/** Normalisation over all axes from `axis` on. */
export const normalization = {
  /** y = x̂·scale + bias, x̂ = (x − mean)/√(variance + epsilon). Further outputs: the mean and 1/√(variance + epsilon). */
  LayerNormalization: defineOperator({
    inputs: ["X", "Scale", "B?"],
    outputs: ["Y", "Mean?", "InvStdDev?"],
    attributes: normalizationAttributes,
    infer: (c) => inferNormalization(c, c.inputs.slice(1)),
    gradient: (c) => normalizationGradient(c, { opType: "LayerNormalization", inverseOutput: 2, isCentered: true }),
    reference: ([x, scale, bias], { attributes }) => {
      const { axes } = normalizedAxes(x, attributes);
      const mean = reduceElements(x, axes, average);
      const centered = mapBroadcast([x, mean], (value, m) => value - m);
      const inverse = inverseRoot(centered, axes, attributes.epsilon);
      const operands = [centered, inverse, scale, ...(bias === undefined ? [] : [bias])];
      return [mapBroadcast(operands, (value, inv, s, shift = 0) => value * inv * s + shift), mean, inverse];
    },
  }),

  /**
   * Root-mean-square normalisation (arXiv:1910.07467) as ONNX Runtime names it: y = x/√(mean x² + epsilon)·scale. Further output: the
   * inverse root. Its ONNX twin RMSNormalization needs opset 23.
   */
  SimplifiedLayerNormalization: defineOperator({
    inputs: ["X", "scale"],
    outputs: ["Y", "inv_std_var?"],
    attributes: normalizationAttributes,
    infer: (c) => {
      const [y, inverse] = inferNormalization(c, c.inputs.slice(1));
      return [y!, inverse!];
    },
    gradient: (c) =>
      normalizationGradient(c, { opType: "SimplifiedLayerNormalization", inverseOutput: 1, isCentered: false }),
    reference: ([x, scale], { attributes }) => {
      const inverse = inverseRoot(x, normalizedAxes(x, attributes).axes, attributes.epsilon);
      return [mapBroadcast([x, inverse, scale], (value, inv, s) => value * inv * s), inverse];
    },
  }),
} satisfies Record<string, Operator>;

/**
 * With p = dy·x̂, a row for each group and a column for each of its n elements:
 * dx = (dy·scale − mean(dy·scale) − x̂·mean(p·scale))/√(variance + epsilon), dscale and dbias the column sums of p and dy.
 * Without centring the first mean is absent.
 *
 * x̂ comes from the fused operator itself with a scale of ones: one pass, which also gives the inverse root when the forward pass did not
 * keep it. The row means are products with the vector scale/n, so that dy·scale and p·scale need no pass of their own.
 */
function normalizationGradient(
  { b, inputs: [x, scale, bias], outputs, attributes, dys, dy, needs }: GradientContext<typeof normalizationAttributes>,
  { opType, inverseOutput, isCentered }: { opType: string; inverseOutput: number; isCentered: boolean },
): (Value | undefined)[] {
  if (dys.some((gradient, i) => i > 0 && gradient !== undefined)) {
    throw new ModelwrightError("ENGINE_NOT_DIFFERENTIABLE", {
      node: outputs[0]!.name,
      opType,
      reason: "its statistics are for the backward pass only",
    });
  }
  const { count: n } = normalizedAxes(x!, attributes);
  const matrix = (value: Value, columns: number) => b.op("Reshape", [value, b.ints([-1, columns])]);
  const rows = matrix(x!, n);
  const dRows = matrix(dy, n);
  const ones = b.constant(x!.dtype, [n], new Array<number>(n).fill(1));
  const given = outputs[inverseOutput];
  const fused = b.multi(opType, [rows, ones], given === undefined ? inverseOutput + 1 : 1, {
    epsilon: attributes.epsilon,
  });
  const normalized = fused[0]!;
  const product = needs(0) || needs(1) ? b.op("Mul", [dRows, normalized]) : undefined;

  const dx = () => {
    const weights = b.op("Mul", [matrix(scale!, 1), b.scalar(1 / n, x!.dtype)]);
    const rowMean = (value: Value) => b.op("MatMul", [value, weights]);
    const scaled = b.op("Mul", [dRows, b.op("Reshape", [scale!, b.ints([n])])]);
    const centered = isCentered ? b.op("Sub", [scaled, rowMean(dRows)]) : scaled;
    const projected = b.op("Sub", [centered, b.op("Mul", [normalized, rowMean(product!)])]);
    const inverse = given === undefined ? fused[inverseOutput]! : matrix(given, 1);
    return reshapeLike(b, b.op("Mul", [projected, inverse]), x!);
  };
  const columnSum = (value: Value, like: Value) =>
    reshapeLike(b, b.op("ReduceSum", [value, b.ints([0])], { keepdims: 0 }), like);
  return [
    needs(0) ? dx() : undefined,
    needs(1) ? columnSum(product!, scale!) : undefined,
    bias !== undefined && needs(2) ? columnSum(dRows, bias) : undefined,
  ];
}

/** The result and its statistics, whose axes from `axis` on have size 1. */
function inferNormalization(
  c: InferenceContext<typeof normalizationAttributes>,
  parameters: readonly (Value | undefined)[],
): readonly InferredType[] {
  if (c.attributes.stash_type !== 1) c.fail("stash_type is 1, float32", String(c.attributes.stash_type));
  const x = c.inputs[0]!;
  const { axes } = normalizedAxes(x, c.attributes);
  const normalized = showShape(axes.map((axis) => x.shape[axis]!));
  if (typeof multiplyDimensions(axes.map((axis) => x.shape[axis]!)) === "string")
    c.fail("the normalised sizes are known", normalized);
  for (const parameter of parameters) {
    if (parameter === undefined) continue;
    if (showShape(parameter.shape) !== normalized)
      c.fail(`scale and bias have the normalised shape ${normalized}`, showShape(parameter.shape));
  }
  const statistics: InferredType = {
    dtype: x.dtype,
    shape: x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
  };
  return [{ dtype: x.dtype, shape: x.shape }, statistics, statistics];
}

function normalizedAxes(
  { shape }: Pick<Value, "shape">,
  { axis }: NormalizationAttributes,
): { axes: readonly number[]; count: number } {
  const first = normalizeAxis(axis, shape.length);
  const axes = Array.from({ length: shape.length - first }, (_, i) => first + i);
  return { axes, count: Number(multiplyDimensions(shape.slice(first))) };
}

function average(group: readonly number[]): number {
  return sum(group) / group.length;
}

function inverseRoot(x: ReferenceTensor, axes: readonly number[], epsilon: number): ReferenceTensor {
  return reduceElements(x, axes, (group) => 1 / Math.sqrt(average(group.map((value) => value * value)) + epsilon));
}
