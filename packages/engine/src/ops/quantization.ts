import { type DType, dtypeOfOnnx, numericDType } from "../tensor/dtype.ts";
import { normalizeAxis } from "../tensor/shape.ts";
import {
  type AttributeSpecs,
  defineOperator,
  type InferenceContext,
  notDifferentiable,
  type Operator,
  type ReferenceTensor,
} from "./operator.ts";
import { roundHalfToEven, tabulate } from "./reference-kernels.ts";

const RANGES: Partial<Record<DType, readonly [number, number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65535],
  int16: [-32768, 32767],
};

/** How scales are spread in opsets 21 and later; `saturate` is about 8-bit floats, which are no dtype of ours. */
const QUANTIZATION_ATTRIBUTES = {
  axis: { type: "int", default: 1 },
  block_size: { type: "int", default: 0 },
  output_dtype: { type: "int", default: 0 },
} as const satisfies AttributeSpecs;

/** Small integers that stand for floats, by one scale for the tensor or one for each index of an axis. */
export const quantization = {
  DequantizeLinear: defineOperator({
    inputs: ["x", "x_scale", "x_zero_point?"],
    outputs: ["y"],
    attributes: QUANTIZATION_ATTRIBUTES,
    infer: (c) => {
      const [x, scale] = c.inputs;
      refuseBlocks(c);
      if (declaredDType(c, scale.dtype) !== scale.dtype)
        c.fail(`output_dtype is that of the scale, ${scale.dtype}`, String(c.attributes.output_dtype));
      return [{ dtype: scale.dtype, shape: x.shape }];
    },
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
    attributes: {
      ...QUANTIZATION_ATTRIBUTES,
      saturate: { type: "int", default: 1 },
      precision: { type: "int", default: 0 },
    },
    infer: (c) => {
      const [x, scale, zeroPoint] = c.inputs;
      refuseBlocks(c);
      if (c.attributes.precision !== 0)
        c.fail("precision is 0: the division is that of the scale's dtype", String(c.attributes.precision));
      if (scale.dtype !== x.dtype) c.fail("scale has the dtype of the input", `${x.dtype} and ${scale.dtype}`);
      const dtype = zeroPoint?.dtype ?? declaredDType(c, "uint8");
      if (declaredDType(c, dtype) !== dtype)
        c.fail(`output_dtype is that of the zero point, ${dtype}`, String(c.attributes.output_dtype));
      if (RANGES[dtype] === undefined) c.fail("the zero point, or output_dtype, is an 8- or 16-bit integer", dtype);
      return [{ dtype, shape: x.shape }];
    },
    gradient: notDifferentiable("rounding is flat almost everywhere"),
    reference: ([x, scale, zeroPoint], { attributes: { axis, output_dtype } }) => {
      const element = parameterAt(x, axis);
      const dtype = zeroPoint?.dtype ?? dtypeOfOnnx(output_dtype) ?? "uint8";
      const [low, high] = RANGES[dtype]!;
      return [
        tabulate(numericDType(dtype), x.shape, (index, flat) => {
          const steps = roundHalfToEven(x.data[flat]! / element(scale, index, 1)) + element(zeroPoint, index, 0);
          return Math.max(low, Math.min(high, steps));
        }),
      ];
    },
  }),
} satisfies Record<string, Operator>;

type Quantizing = Pick<InferenceContext<typeof QUANTIZATION_ATTRIBUTES>, "attributes" | "fail">;

function refuseBlocks({ attributes: { block_size }, fail }: Quantizing): void {
  if (block_size !== 0) fail("block_size is 0: one scale for the tensor or for each index of an axis", `${block_size}`);
}

/** The dtype that `output_dtype` names; 0 leaves it open. */
function declaredDType({ attributes: { output_dtype }, fail }: Quantizing, open: DType): DType {
  if (output_dtype === 0) return open;
  return dtypeOfOnnx(output_dtype) ?? fail("output_dtype is the number of a supported dtype", `${output_dtype}`);
}

function parameterAt(x: ReferenceTensor, axis: number) {
  return (parameter: ReferenceTensor | undefined, index: readonly number[], missing: number): number => {
    if (parameter === undefined) return missing;
    return parameter.data[parameter.data.length === 1 ? 0 : index[normalizeAxis(axis, x.shape.length)]!]!;
  };
}
