import type { DType } from "../tensor/dtype.ts";
import { normalizeAxis } from "../tensor/shape.ts";
import { defineOperator, notDifferentiable, type Operator, type ReferenceTensor } from "./operator.ts";
import { tabulate } from "./reference-kernels.ts";

const RANGES: Partial<Record<DType, readonly [number, number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65535],
  int16: [-32768, 32767],
};

/** Small integers that stand for floats, by one scale for the tensor or one for each index of an axis. */
export const quantization = {
  DequantizeLinear: defineOperator({
    inputs: ["x", "x_scale", "x_zero_point?"],
    outputs: ["y"],
    attributes: { axis: { type: "int", default: 1 } },
    infer: ({ inputs: [x, scale] }) => [{ dtype: scale.dtype, shape: x.shape }],
    gradient: notDifferentiable("its input is made of integers, and its scale is a constant"),
    reference: ([x, scale, zeroPoint], { attributes }) => {
      const element = parameterAt(x, attributes.axis);
      return [
        tabulate(scale.dtype, x.shape, (index, flat) => {
          return (x.data[flat]! - element(zeroPoint, index, 0)) * element(scale, index, 1);
        }),
      ];
    },
  }),

  QuantizeLinear: defineOperator({
    inputs: ["x", "y_scale", "y_zero_point?"],
    outputs: ["y"],
    attributes: { axis: { type: "int", default: 1 } },
    infer: (c) => {
      const [x, scale, zeroPoint] = c.inputs;
      if (scale.dtype !== x.dtype) c.fail("scale has the dtype of the input", `${x.dtype} and ${scale.dtype}`);
      const dtype = zeroPoint?.dtype ?? "uint8";
      if (RANGES[dtype] === undefined) c.fail("the zero point is an 8- or 16-bit integer", dtype);
      return [{ dtype, shape: x.shape }];
    },
    gradient: notDifferentiable("rounding is flat almost everywhere"),
    reference: ([x, scale, zeroPoint], { attributes }) => {
      const element = parameterAt(x, attributes.axis);
      const dtype = zeroPoint?.dtype ?? "uint8";
      const [low, high] = RANGES[dtype]!;
      return [
        tabulate(dtype, x.shape, (index, flat) => {
          const steps = roundHalfToEven(x.data[flat]! / element(scale, index, 1)) + element(zeroPoint, index, 0);
          return Math.max(low, Math.min(high, steps));
        }),
      ];
    },
  }),
} satisfies Record<string, Operator>;

function parameterAt(x: ReferenceTensor, axis: number) {
  return (parameter: ReferenceTensor | undefined, index: readonly number[], missing: number): number => {
    if (parameter === undefined) return missing;
    return parameter.data[parameter.data.length === 1 ? 0 : index[normalizeAxis(axis, x.shape.length)]!]!;
  };
}

function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  const part = x - floor;
  if (part !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}
