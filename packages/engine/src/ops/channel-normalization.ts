import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";
import { type Dimension, showShape } from "../tensor/shape.ts";
import { channelSums, copied } from "./convolution-gradients.ts";
import { countAlong, reshapeLike } from "./gradient-shapes.ts";
import {
  type AttributeSpecs,
  defineOperator,
  type GradientContext,
  type InferenceContext,
  type InferredType,
  type Operator,
  type ReferenceTensor,
} from "./operator.ts";
import { mapElements, reduceElements, sum, tabulate, withShape } from "./reference-kernels.ts";
import { mayEqual, shapePart, shapeVector } from "./shape-values.ts";

const EPSILON = { type: "float", default: 1e-5 } as const;

const LRN_ATTRIBUTES = {
  alpha: { type: "float", default: 1e-4 },
  beta: { type: "float", default: 0.75 },
  bias: { type: "float", default: 1 },
  size: { type: "int" },
} as const satisfies AttributeSpecs;

/** Normalisation of each row of [N, C, …] by itself, over groups of its channels. */
export const channelNormalization = {
  /** Each channel is a group (arXiv:1607.08022). */
  InstanceNormalization: defineOperator({
    inputs: ["input", "scale", "B"],
    outputs: ["output"],
    attributes: { epsilon: EPSILON },
    infer: (c) => inferGroups(c, c.inputs[0].shape[1]!),
    gradient: (c) => groupGradient(c, { groups: c.inputs[0].shape[1]!, epsilon: c.attributes.epsilon }),
    reference: ([x, scale, bias], { attributes }) =>
      normalizeGroups([x, scale, bias], { groups: x.shape[1]!, epsilon: attributes.epsilon }),
  }),

  /**
   * Groups of channels (arXiv:1803.08494). Opset 21 has a scale and a bias for each channel, opset 18 for each group; the length of the
   * scale tells which.
   */
  GroupNormalization: defineOperator({
    inputs: ["X", "scale", "bias"],
    outputs: ["Y"],
    attributes: { epsilon: EPSILON, num_groups: { type: "int" }, stash_type: { type: "int", default: 1 } },
    infer: (c) => {
      const { num_groups, stash_type } = c.attributes;
      if (stash_type !== 1) c.fail("stash_type is 1, float32", String(stash_type));
      if (num_groups === undefined) return c.fail("num_groups is given", "none");
      if (Number(c.inputs[0].shape[1]) % num_groups !== 0)
        c.fail(`num_groups ${num_groups} divides the channels`, showShape(c.inputs[0].shape));
      return inferGroups(c, c.inputs[1].shape[0] === num_groups ? num_groups : c.inputs[0].shape[1]!);
    },
    gradient: (c) => groupGradient(c, { groups: c.attributes.num_groups!, epsilon: c.attributes.epsilon }),
    reference: ([x, scale, bias], { attributes }) =>
      normalizeGroups([x, scale, bias], { groups: attributes.num_groups!, epsilon: attributes.epsilon }),
  }),

  /** y = x/d^beta with d = bias + alpha/size · Σ x² over `size` neighbouring channels (Krizhevsky et al., NIPS 2012). */
  LRN: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: LRN_ATTRIBUTES,
    infer: (c) => {
      const [x] = c.inputs;
      if (x.shape.length < 3) c.fail("the input is [batch, channels, spatial axes…]", showShape(x.shape));
      if (c.attributes.size === undefined) c.fail("size is given", "none");
      return [{ dtype: x.dtype, shape: x.shape }];
    },
    /** dx = dy/d^beta − 2·alpha·beta/size · x · Σ dy·x/d^(beta+1), over the channels whose windows x lies in. */
    gradient: ({ b, inputs: [x], attributes, dy }) => {
      const { alpha, beta, bias, size } = attributes;
      const scalar = (value: number) => b.scalar(value, x.dtype);
      const mean = neighbourMean(b, b.op("Mul", [x, x]), size!, neighbours(size!));
      const base = b.op("Add", [b.op("Mul", [mean, scalar(alpha)]), scalar(bias)]);
      const direct = b.op("Mul", [dy, b.op("Pow", [base, scalar(-beta)])]);
      const inner = b.op("Div", [b.op("Mul", [direct, x]), base]);
      const [before, after] = neighbours(size!);
      const through = b.op("Mul", [x, neighbourMean(b, inner, size!, [after, before])]);
      return [b.op("Sub", [direct, b.op("Mul", [through, scalar(2 * alpha * beta)])])];
    },
    reference: ([x], { attributes }) => {
      const { alpha, beta, bias, size } = attributes;
      const [before, after] = neighbours(size!);
      const channels = x.shape[1]!;
      const plane = x.shape.slice(2).reduce((product, length) => product * length, 1);
      return [
        tabulate(x.dtype, x.shape, ([, c], flat) => {
          let squares = 0;
          for (let i = Math.max(0, c! - before); i <= Math.min(channels - 1, c! + after); i++) {
            squares += x.data[flat + (i - c!) * plane]! ** 2;
          }
          return x.data[flat]! / (bias + (alpha / size!) * squares) ** beta;
        }),
      ];
    },
  }),
} satisfies Record<string, Operator>;

/** How many channels before and behind each one belong to its window. */
function neighbours(size: number): [before: number, after: number] {
  return [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
}

/** Sum over neighbouring channels, divided by `size`. */
function neighbourMean(b: Emitter, value: Value, size: number, [before, after]: [number, number]): Value {
  const planes = b.op("Reshape", [value, shapeVector(b, [[0, 1], shapePart(b, value, 1, 2), [-1]])]);
  const window = { kernel_shape: [size, 1], pads: [before, 0, after, 0], count_include_pad: 1 };
  return reshapeLike(b, b.op("AveragePool", [planes], window), value);
}

function inferGroups(
  c: Pick<InferenceContext<Record<never, never>>, "inputs" | "fail">,
  parameters: number | string,
): readonly InferredType[] {
  const [x, scale, bias] = c.inputs;
  if (x!.shape.length < 3) c.fail("the input is [batch, channels, spatial axes…]", showShape(x!.shape));
  for (const parameter of [scale!, bias!]) {
    if (parameter.shape.length !== 1 || !mayEqual(parameter.shape[0], parameters)) {
      c.fail(`scale and bias are [${parameters}]`, showShape(parameter.shape));
    }
  }
  return [{ dtype: x!.dtype, shape: x!.shape }];
}

/**
 * With x̂ the normalised input and g = dy·scale: dx = (g − mean g − x̂·mean(g·x̂))/√(variance + epsilon), means over a group; dscale and dbias
 * are the sums of dy·x̂ and dy.
 */
function groupGradient(
  { b, inputs: [x, scale], dy, needs }: Pick<GradientContext<Record<never, never>>, "b" | "inputs" | "dy" | "needs">,
  { groups, epsilon }: { groups: Dimension; epsilon: number },
): (Value | undefined)[] {
  const rows = (value: Value, channels: Dimension) => b.op("Reshape", [value, b.ints([0, copied(channels), -1])]);
  const xRows = rows(x!, groups); // [N, groups, elements]
  const count = countAlong(b, xRows, [2]);
  const mean = (value: Value) => b.op("Div", [b.op("ReduceSum", [value, b.ints([2])], { keepdims: 1 }), count]);
  const centered = b.op("Sub", [xRows, mean(xRows)]);
  const variance = mean(b.op("Mul", [centered, centered]));
  const deviation = b.op("Sqrt", [b.op("Add", [variance, b.scalar(epsilon, x!.dtype)])]);
  const normalized = b.op("Div", [centered, deviation]);
  const [parameters] = scale!.shape;
  const dRows = rows(dy, parameters!);

  const dx = () => {
    const scaled = b.op("Mul", [dRows, b.op("Reshape", [scale!, b.ints([-1, 1])])]);
    const g = reshapeLike(b, scaled, xRows);
    const centeredG = b.op("Sub", [g, mean(g)]);
    const projected = b.op("Sub", [centeredG, b.op("Mul", [normalized, mean(b.op("Mul", [g, normalized]))])]);
    return reshapeLike(b, b.op("Div", [projected, deviation]), x!);
  };
  const product = () => b.op("Mul", [dRows, reshapeLike(b, normalized, dRows)]);
  return [
    needs(0) ? dx() : undefined,
    needs(1) ? channelSums(b, product()) : undefined,
    needs(2) ? channelSums(b, dRows) : undefined,
  ];
}

function normalizeGroups(
  [x, scale, bias]: readonly [ReferenceTensor, ReferenceTensor, ReferenceTensor],
  { groups, epsilon }: { groups: number; epsilon: number },
): readonly ReferenceTensor[] {
  const batch = x.shape[0]!;
  const rows = withShape(x, [batch, groups, x.data.length / (batch * groups)]);
  const average = (value: ReferenceTensor) => reduceElements(value, [2], (group) => sum(group) / group.length);
  const mean = average(rows);
  const centered = tabulate(x.dtype, rows.shape, ([n, g], flat) => x.data[flat]! - mean.data[n! * groups + g!]!);
  const variance = average(mapElements(centered, (value) => value * value));
  const parameters = scale.shape[0]!;
  const elements = x.data.length / (batch * parameters);
  return [
    tabulate(x.dtype, x.shape, (_, flat) => {
      const parameter = Math.floor(flat / elements) % parameters;
      const deviation = Math.sqrt(variance.data[Math.floor((flat * groups * batch) / x.data.length)]! + epsilon);
      return (centered.data[flat]! / deviation) * scale.data[parameter]! + bias.data[parameter]!;
    }),
  ];
}
