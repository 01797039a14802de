import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";
import { type DType, numericDType } from "../tensor/dtype.ts";
import { type Dimension, multiplyDimensions, type Shape } from "../tensor/shape.ts";
import { tensorFrom } from "../tensor/tensor.ts";
import {
  type AttributeSpecs,
  type Attributes,
  defineOperator,
  type InferenceContext,
  type Operator,
  type ReferenceTensor,
} from "./operator.ts";
import { broadcastElement, tabulate } from "./reference-kernels.ts";
import { resizeWeights } from "./resize-weights.ts";
import { checkedAxes, unknownDimension, withShape } from "./shape-values.ts";

const RESIZE_ATTRIBUTES = {
  antialias: { type: "int", default: 0 },
  axes: { type: "ints" },
  coordinate_transformation_mode: { type: "string", default: "half_pixel" },
  cubic_coeff_a: { type: "float", default: -0.75 },
  exclude_outside: { type: "int", default: 0 },
  extrapolation_value: { type: "float", default: 0 },
  keep_aspect_ratio_policy: { type: "string", default: "stretch" },
  mode: { type: "string", default: "nearest" },
  nearest_mode: { type: "string", default: "round_prefer_floor" },
} as const satisfies AttributeSpecs;
type ResizeAttributes = Attributes<typeof RESIZE_ATTRIBUTES>;

/** One axis on its way to another size. `scale` is the one that was given, not the ratio of the sizes. */
interface ResizedAxis {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

/** Where the middle of an element of the result lies in the input. */
const COORDINATES: Readonly<Record<string, (at: number, axis: ResizedAxis) => number>> = {
  half_pixel: (at, { scale }) => (at + 0.5) / scale - 0.5,
  half_pixel_symmetric: (at, { from, to, scale }) => (from / 2) * (1 - to / (scale * from)) + (at + 0.5) / scale - 0.5,
  pytorch_half_pixel: (at, { to, scale }) => (to > 1 ? (at + 0.5) / scale - 0.5 : 0),
  align_corners: (at, { from, to }) => (to > 1 ? (at * (from - 1)) / (to - 1) : 0),
  asymmetric: (at, { scale }) => at / scale,
};

const ROUNDING: Readonly<Record<string, (at: number) => number>> = {
  round_prefer_floor: (at) => Math.ceil(at - 0.5),
  round_prefer_ceil: (at) => Math.floor(at + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

export const resizing = {
  /** Inputs: x, an unused region of interest, then scales or sizes. Modes nearest and linear; the cubic one has no rule of ours. */
  Resize: defineOperator({
    inputs: ["X", "roi?", "scales?", "sizes?"],
    outputs: ["Y"],
    attributes: RESIZE_ATTRIBUTES,
    infer: (c) => {
      const [x] = c.inputs;
      checkModes(c);
      const { axes, scales, sizes } = resizedBy(c, x.shape.length);
      const shape = [...x.shape];
      for (const [i, axis] of axes.entries()) {
        const scale = scales?.[i];
        const scaled = scale === undefined ? undefined : scaledSize(shape[axis]!, scale);
        shape[axis] = sizes?.[i] ?? scaled ?? unknownDimension(c.where, axis);
      }
      return [{ dtype: x.dtype, shape }];
    },
    /**
     * Each axis is a linear map; its transpose is applied. Blocks of equal elements are summed by AveragePool, which is faster than the
     * matrix product of the general case.
     */
    gradient: ({ b, inputs, outputs: [y], attributes, dy }) => {
      const [x, , scalesInput] = inputs;
      const scales = scalesInput && b.tensorOf(scalesInput);
      const given = scales === undefined ? [] : Array.from(scales.data as Float32Array);
      const axes =
        attributes.axes?.map((axis) => (axis + dy.shape.length) % dy.shape.length) ?? dy.shape.map((_, i) => i);
      const scaleOf = (axis: number) => given[axes.indexOf(axis)];
      const scaleAtRun = (axis: number) =>
        scalesInput && b.op("Gather", [scalesInput, b.ints([axes.indexOf(axis)])], { axis: 0 });
      const blocks = x.shape.map((size, axis) =>
        blockSize(attributes, { size, scale: scaleOf(axis), to: y.shape[axis]! }),
      );
      if (dy.shape.length > 2 && blocks.every((block, axis) => block !== undefined && (axis > 1 || block === 1))) {
        return [withShape(b, sumBlocks(b, dy, (blocks as number[]).slice(2)), x)];
      }
      let result = dy;
      for (const [axis, to] of y.shape.entries()) {
        const from = x.shape[axis]!;
        if (blocks[axis] === 1) continue;
        const isKnown = typeof from === "number" && typeof to === "number";
        const matrix = isKnown
          ? axisWeights(b, dy.dtype, { axis, from, to, scale: scaleOf(axis) ?? to / from }, attributes)
          : resizeWeights(b, { x, y, axis, scale: scaleOf(axis) ?? scaleAtRun(axis) }, attributes);
        result = contractAxis(b, result, { axis, matrix });
      }
      return [result];
    },
    reference: ([x, , scales, sizes], { attributes }) => {
      const rank = x.shape.length;
      const axes = attributes.axes?.map((axis) => (axis + rank) % rank) ?? x.shape.map((_, axis) => axis);
      let result = x;
      for (const [i, axis] of axes.entries()) {
        const from = x.shape[axis]!;
        const given = scales?.data[i];
        const to = given === undefined ? sizes!.data[i]! : Math.floor(from * given);
        result = interpolateAxis(result, { axis, from, to, scale: given ?? to / from }, attributes);
      }
      return [result];
    },
  }),
} satisfies Record<string, Operator>;

function checkModes({ attributes, fail }: InferenceContext<typeof RESIZE_ATTRIBUTES>): void {
  const { mode, coordinate_transformation_mode: coordinates, nearest_mode, antialias, exclude_outside } = attributes;
  if (mode !== "nearest" && mode !== "linear") fail("mode is nearest or linear", mode);
  if (COORDINATES[coordinates] === undefined) {
    fail(`coordinate_transformation_mode is one of ${Object.keys(COORDINATES).join(", ")}`, coordinates);
  }
  if (ROUNDING[nearest_mode] === undefined) {
    fail(`nearest_mode is one of ${Object.keys(ROUNDING).join(", ")}`, nearest_mode);
  }
  if (antialias === 1 || exclude_outside === 1)
    fail("antialias and exclude_outside are 0", `${antialias}, ${exclude_outside}`);
  if (attributes.keep_aspect_ratio_policy !== "stretch") {
    fail("keep_aspect_ratio_policy is stretch", attributes.keep_aspect_ratio_policy);
  }
}

function resizedBy(c: InferenceContext<typeof RESIZE_ATTRIBUTES>, rank: number) {
  const given = [c.inputs[2], c.inputs[3]].filter((input) => input !== undefined && input.shape[0] !== 0);
  if (given.length !== 1) c.fail("scales or sizes are given", given.length === 0 ? "neither" : "both");
  const axes = checkedAxes(c, c.attributes.axes ?? Array.from({ length: rank }, (_, axis) => axis), rank);
  const scales = c.inputs[2] === undefined ? undefined : c.constant(2)?.data;
  const sizes = c.inputs[3] === undefined ? undefined : c.contents(3);
  for (const list of [scales, sizes]) {
    if (list !== undefined && list.length !== axes.length) {
      c.fail(`a scale or a size for each of ${axes.length} axes`, `${list.length}`);
    }
  }
  return { axes, sizes, scales: scales === undefined ? undefined : Array.from(scales as Float32Array) };
}

function scaledSize(size: Dimension, scale: number): Dimension | undefined {
  if (typeof size === "number") return Math.floor(size * scale);
  return Number.isInteger(scale) ? multiplyDimensions([scale, size]) : undefined;
}

/** For each element of the result the elements of the input that it is made of, with their weights. */
function sources(axis: ResizedAxis, attributes: ResizeAttributes): { at: number; weight: number }[][] {
  const { mode, coordinate_transformation_mode, nearest_mode } = attributes;
  const inside = (at: number) => Math.max(0, Math.min(axis.from - 1, at));
  return Array.from({ length: axis.to }, (_, i) => {
    const at = COORDINATES[coordinate_transformation_mode]!(i, axis);
    if (mode === "nearest") return [{ at: inside(ROUNDING[nearest_mode]!(at)), weight: 1 }];
    const below = Math.floor(at);
    const fraction = at - below;
    return [
      { at: inside(below), weight: 1 - fraction },
      { at: inside(below + 1), weight: fraction },
    ];
  });
}

function interpolateAxis(
  x: ReferenceTensor,
  { axis, ...resized }: ResizedAxis & { axis: number },
  attributes: ResizeAttributes,
): ReferenceTensor {
  const made = sources(resized, attributes);
  return tabulate(x.dtype, x.shape.with(axis, resized.to), (index) =>
    made[index[axis]!]!.reduce((sum, { at, weight }) => sum + weight * broadcastElement(x, index.with(axis, at)), 0),
  );
}

/** How often each element of an axis is repeated, side by side; `undefined` when the axis is resized in another way. */
function blockSize(
  attributes: ResizeAttributes,
  { size, scale, to }: { size: Dimension; scale: number | undefined; to: Dimension },
): number | undefined {
  if (size === to && (scale === undefined || scale === 1)) return 1;
  const times = scale ?? (typeof size === "number" && typeof to === "number" ? to / size : undefined);
  if (attributes.mode !== "nearest" || times === undefined || !Number.isInteger(times)) return undefined;
  // Four elements show the pattern of any number of them, unless the corners are aligned.
  if (typeof size === "string" && attributes.coordinate_transformation_mode === "align_corners") return undefined;
  const from = typeof size === "number" ? size : 4;
  const made = sources({ from, to: from * times, scale: times }, attributes);
  return made.every(([source], i) => source!.at === Math.floor(i / times)) ? times : undefined;
}

function sumBlocks(b: Emitter, dy: Value, blocks: readonly number[]): Value {
  const count = blocks.reduce((product, block) => product * block, 1);
  if (count === 1) return dy;
  const means = b.op("AveragePool", [dy], { kernel_shape: blocks, strides: blocks });
  return b.op("Mul", [means, b.scalar(count, dy.dtype)]);
}

/** The matrix [to, from] of one axis. */
function axisWeights(
  b: Emitter,
  dtype: DType,
  { axis, ...resized }: ResizedAxis & { axis: number },
  attributes: ResizeAttributes,
): Value {
  const weights = new Float64Array(resized.to * resized.from);
  for (const [i, made] of sources(resized, attributes).entries()) {
    for (const { at, weight } of made) weights[i * resized.from + at]! += weight;
  }
  const matrix = tensorFrom(numericDType(dtype), [resized.to, resized.from], weights);
  return b.initializer(b.scoped(`axis${axis}`), matrix);
}

/** dy times the matrix [to, from] of one axis. */
function contractAxis(b: Emitter, dy: Value, { axis, matrix }: { axis: number; matrix: Value }): Value {
  const last = dy.shape.length - 1;
  if (axis === last) return b.op("MatMul", [dy, matrix]);
  const perm = (dy.shape as Shape).map((_, i) => (i === axis ? last : i === last ? axis : i));
  const swapped = b.op("Transpose", [dy], { perm });
  return b.op("Transpose", [b.op("MatMul", [swapped, matrix])], { perm });
}
