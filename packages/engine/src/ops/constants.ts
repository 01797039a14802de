import { dtypeOfOnnx, numericDType } from "../tensor/dtype.ts";
import { type Dimension, multiplyDimensions, showShape } from "../tensor/shape.ts";
import { type AnyTensor, isNumeric, type Tensor, tensor, tensorFrom, toNumbers } from "../tensor/tensor.ts";
import { targetShape } from "./movement.ts";
import {
  type AttributeSpecs,
  type Attributes,
  defineOperator,
  notDifferentiable,
  type Operator,
  type ReferenceTensor,
} from "./operator.ts";
import { tabulate } from "./reference-kernels.ts";
import { unknownDimension } from "./shape-values.ts";

const NO_FLOAT_INPUT = notDifferentiable("its output does not depend on the values of a float input");
/** More elements than shape inference looks at. */
const MANY = 64;

const CONSTANT_ATTRIBUTES = {
  value: { type: "tensor" },
  value_float: { type: "float" },
  value_floats: { type: "floats" },
  value_int: { type: "int" },
  value_ints: { type: "ints" },
  value_string: { type: "string" },
  value_strings: { type: "strings" },
} as const satisfies AttributeSpecs;

/** Values made of constants, sizes and counters. */
export const constants = {
  Constant: defineOperator({
    inputs: [],
    outputs: ["output"],
    strings: "read",
    attributes: CONSTANT_ATTRIBUTES,
    infer: (c) => {
      const value = constantOf(c.attributes) ?? c.fail("a value is given as an attribute", "none");
      const small = value.data.length <= MANY && (value.dtype === "int64" || value.dtype === "int32");
      const contents = small ? Array.from<number | bigint, number>(value.data, Number) : undefined;
      return [{ dtype: value.dtype, shape: value.shape, contents }];
    },
    gradient: NO_FLOAT_INPUT,
    reference: (_, { attributes }) => {
      const value = constantOf(attributes)!;
      if (!isNumeric(value)) return [value];
      return [{ ...value, data: toNumbers(value) }];
    },
  }),

  ConstantOfShape: defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    attributes: { value: { type: "tensor", default: tensorFrom("float32", [1], [0]) } },
    infer: (c) => {
      const { value } = c.attributes;
      if (value.dtype === "string") c.fail("the value is a number or bool", "a text");
      const shape = targetShape(c, 0);
      if (shape.some((size) => typeof size === "number" && size < 0))
        c.fail("sizes are not negative", showShape(shape));
      const count = multiplyDimensions(shape);
      const small = value.dtype === "int64" && typeof count === "number" && count <= MANY;
      const contents = small ? new Array<Dimension>(count).fill(Number(value.data[0])) : undefined;
      return [{ dtype: value.dtype, shape, contents }];
    },
    gradient: NO_FLOAT_INPUT,
    reference: ([shape], { attributes: { value } }) => {
      const [fill] = toNumbers(value as Tensor);
      return [tabulate(numericDType(value.dtype), Array.from(shape.data), () => fill!)];
    },
  }),

  Shape: defineOperator({
    inputs: ["data"],
    outputs: ["shape"],
    strings: "moved",
    attributes: { start: { type: "int", default: 0 }, end: { type: "int" } },
    infer: (c) => {
      const contents = c.inputs[0].shape.slice(c.attributes.start, c.attributes.end);
      return [{ dtype: "int64", shape: [contents.length], contents }];
    },
    gradient: NO_FLOAT_INPUT,
    reference: ([x], { attributes: { start, end } }) => [vector("int64", x.shape.slice(start, end))],
  }),

  Size: defineOperator({
    inputs: ["data"],
    outputs: ["size"],
    strings: "moved",
    attributes: {},
    infer: (c) => [{ dtype: "int64", shape: [], contents: [multiplyDimensions(c.inputs[0].shape)] }],
    gradient: NO_FLOAT_INPUT,
    reference: ([x]) => [tabulate("int64", [], () => x.data.length)],
  }),

  Range: defineOperator({
    inputs: ["start", "limit", "delta"],
    outputs: ["output"],
    attributes: {},
    infer: (c) => {
      const [start, limit, delta] = [0, 1, 2].map((input) => c.contents(input)?.[0]);
      const { dtype } = c.inputs[0];
      if (typeof start === "number" && typeof limit === "number" && typeof delta === "number") {
        if (delta === 0) c.fail("delta is not 0", "0");
        const count = rangeCount(start, limit, delta);
        const contents = count <= MANY ? Array.from({ length: count }, (_, i) => start + i * delta) : undefined;
        return [{ dtype, shape: [count], contents }];
      }
      const counts = start === 0 && delta === 1 && limit !== undefined;
      return [{ dtype, shape: [counts ? limit : unknownDimension(c.where, 0)] }];
    },
    gradient: notDifferentiable("its number of elements depends on its inputs"),
    reference: ([start, limit, delta]) => {
      const [from, step] = [start.data[0]!, delta.data[0]!];
      const count = rangeCount(from, limit.data[0]!, step);
      return [tabulate(start.dtype, [count], ([i]) => from + i! * step)];
    },
  }),

  EyeLike: defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    attributes: { dtype: { type: "int" }, k: { type: "int", default: 0 } },
    infer: (c) => {
      const [x] = c.inputs;
      if (x.shape.length !== 2) c.fail("the input is a matrix", showShape(x.shape));
      const { dtype: number } = c.attributes;
      const dtype = number === undefined ? x.dtype : dtypeOfOnnx(number);
      if (dtype === undefined || dtype === "string") return c.fail("dtype is a numeric type", String(number));
      return [{ dtype, shape: x.shape }];
    },
    gradient: NO_FLOAT_INPUT,
    reference: ([x], { attributes: { dtype, k } }) => [
      tabulate(dtype === undefined ? x.dtype : numericDType(dtypeOfOnnx(dtype)!), x.shape, ([row, column]) =>
        column! - row! === k ? 1 : 0,
      ),
    ],
  }),
} satisfies Record<string, Operator>;

function constantOf(attributes: Attributes<typeof CONSTANT_ATTRIBUTES>): AnyTensor | undefined {
  const { value, value_float, value_floats, value_int, value_ints, value_string, value_strings } = attributes;
  if (value !== undefined) return value;
  if (value_float !== undefined) return tensorFrom("float32", [], [value_float]);
  if (value_floats !== undefined) return tensorFrom("float32", [value_floats.length], value_floats);
  if (value_int !== undefined) return tensorFrom("int64", [], [value_int]);
  if (value_ints !== undefined) return tensorFrom("int64", [value_ints.length], value_ints);
  if (value_string !== undefined) return tensor("string", [], [value_string]);
  if (value_strings !== undefined) return tensor("string", [value_strings.length], value_strings);
  return undefined;
}

function rangeCount(start: number, limit: number, delta: number): number {
  return Math.max(0, Math.ceil((limit - start) / delta));
}

function vector(dtype: "int64", values: readonly number[]): ReferenceTensor {
  return tabulate(dtype, [values.length], ([i]) => values[i!]!);
}
