import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";
import { DTYPES } from "../tensor/dtype.ts";
import { shapeValue } from "./shape-values.ts";

/** The sizes of one axis and what was given, each as one float32 that the run computes. */
interface AxisValues {
  readonly b: Emitter;
  readonly from: Value;
  readonly to: Value;
  readonly scale: Value;
}

/**
 * Where a place of the result lies in the input: the table of `resize.ts` in nodes, step by step as ONNX
 * Runtime computes it.
 */
const PLACES: Readonly<Record<string, (at: Value, axis: AxisValues) => Value>> = {
  half_pixel: halfPixel,
  half_pixel_symmetric: (at, axis) => {
    const { b, from, to, scale } = axis;
    const missing = b.op("Sub", [b.scalar(1), b.op("Div", [to, b.op("Mul", [scale, from])])]);
    const shift = b.op("Mul", [b.op("Mul", [from, b.scalar(0.5)]), missing]);
    return b.op("Add", [shift, halfPixel(at, axis)]);
  },
  pytorch_half_pixel: (at, axis) => {
    const { b, to } = axis;
    const isSeveral = b.op("Min", [b.op("Sub", [to, b.scalar(1)]), b.scalar(1)]);
    return b.op("Mul", [halfPixel(at, axis), isSeveral]);
  },
  align_corners: (at, { b, from, to }) => {
    const gaps = b.op("Max", [b.op("Sub", [to, b.scalar(1)]), b.scalar(1)]);
    return b.op("Div", [b.op("Mul", [at, b.op("Sub", [from, b.scalar(1)])]), gaps]);
  },
  asymmetric: (at, { b, scale }) => b.op("Div", [at, scale]),
};

function halfPixel(at: Value, { b, scale }: AxisValues): Value {
  return b.op("Sub", [b.op("Div", [b.op("Add", [at, b.scalar(0.5)]), scale]), b.scalar(0.5)]);
}

const ROUNDING: Readonly<Record<string, (b: Emitter, at: Value) => Value>> = {
  round_prefer_floor: (b, at) => b.op("Ceil", [b.op("Sub", [at, b.scalar(0.5)])]),
  round_prefer_ceil: (b, at) => b.op("Floor", [b.op("Add", [at, b.scalar(0.5)])]),
  floor: (b, at) => b.op("Floor", [at]),
  ceil: (b, at) => b.op("Ceil", [at]),
};

/**
 * The matrix [to, from] by which Resize makes one axis, computed when the graph runs: the weight of an input
 * element falls from 1 to 0 over the distance of one from the place that is read, which lies inside.
 *
 * @param axis.scale The scale that was given. Default: the ratio of the sizes.
 */
export function resizeWeights(
  b: Emitter,
  { x, y, axis, scale }: { x: Value; y: Value; axis: number; scale: number | Value | undefined },
  attributes: {
    readonly mode: string;
    readonly coordinate_transformation_mode: string;
    readonly nearest_mode: string;
  },
): Value {
  const float = (value: Value) => b.op("Cast", [value], { to: DTYPES.float32.onnx });
  const sizeOf = (value: Value) => shapeValue(b, value, axis, axis + 1);
  const [from, to] = [float(sizeOf(x)), float(sizeOf(y))];
  const ratio = scale ?? b.op("Div", [to, from]);
  const given = typeof ratio === "number" ? b.scalar(ratio) : ratio;
  // Integers: ONNX Runtime refuses a Range of floats whose end it infers from a shape, which it takes for one.
  const counter = (value: Value) => {
    const end = b.op("Squeeze", [sizeOf(value), b.ints([0])]);
    return float(b.op("Range", [b.scalar(0, "int64"), end, b.scalar(1, "int64")]));
  };
  const at = PLACES[attributes.coordinate_transformation_mode]!(counter(y), { b, from, to, scale: given });
  const read = attributes.mode === "nearest" ? ROUNDING[attributes.nearest_mode]!(b, at) : at;
  const inside = b.op("Min", [b.op("Max", [read, b.scalar(0)]), b.op("Sub", [from, b.scalar(1)])]);
  const distance = b.op("Abs", [b.op("Sub", [b.op("Unsqueeze", [inside, b.ints([1])]), counter(x)])]);
  return b.op("Cast", [b.op("Relu", [b.op("Sub", [b.scalar(1), distance])])], { to: DTYPES[x.dtype].onnx });
}
