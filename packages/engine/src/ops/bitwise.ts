import { DTYPES, type DType, numericDType } from "../tensor/dtype.ts";
import { defineOperator, notDifferentiable, type Operator } from "./operator.ts";
import { mapBroadcast, mapElements } from "./reference-kernels.ts";
import { inferBroadcast, inferSame, type ShapeRuleContext } from "./shape-rules.ts";

const integerOutput = notDifferentiable("its output is made of integers");

/** An operator on the bits of two integers. */
function bitwiseOf(combine: (a: bigint, b: bigint) => bigint): Operator {
  return defineOperator({
    inputs: ["A", "B"],
    outputs: ["C"],
    attributes: {},
    infer: (c) => inferBroadcast(checked(c)),
    gradient: integerOutput,
    reference: ([x, y]) => [mapBroadcast([x, y], (a, b) => wrap(combine(BigInt(a), BigInt(b)), x.dtype))],
  });
}

/** On the bits of integers of one dtype. */
export const bitwise = {
  BitwiseAnd: bitwiseOf((a, b) => a & b),
  BitwiseOr: bitwiseOf((a, b) => a | b),
  BitwiseXor: bitwiseOf((a, b) => a ^ b),

  BitwiseNot: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {},
    infer: (c) => inferSame(checked(c)),
    gradient: integerOutput,
    reference: ([x]) => [mapElements(x, (value) => wrap(~BigInt(value), x.dtype))],
  }),

  /** Of unsigned integers, by the second operand; bits pushed out are lost. */
  BitShift: defineOperator({
    inputs: ["X", "Y"],
    outputs: ["Z"],
    attributes: { direction: { type: "string" } },
    infer: (c) => {
      const { direction } = c.attributes;
      if (direction !== "LEFT" && direction !== "RIGHT") c.fail("direction is LEFT or RIGHT", String(direction));
      if (!c.inputs[0].dtype.startsWith("uint")) c.fail("operands are unsigned integers", c.inputs[0].dtype);
      return inferBroadcast(c);
    },
    gradient: integerOutput,
    reference: ([x, y], { attributes: { direction } }) => [
      mapBroadcast([x, y], (a, b) =>
        wrap(direction === "LEFT" ? BigInt(a) << BigInt(b) : BigInt(a) >> BigInt(b), x.dtype),
      ),
    ],
  }),
} satisfies Record<string, Operator>;

function checked<C extends Pick<ShapeRuleContext, "inputs" | "fail">>(c: C): C {
  const { dtype } = c.inputs[0]!;
  if (dtype === "bool" || DTYPES[dtype].isFloat) c.fail("operands are integers", dtype);
  return c;
}

/** The number that the low bits of an integer are in a dtype. */
function wrap(value: bigint, dtype: DType): number {
  const bits = 8 * DTYPES[numericDType(dtype)].bytes;
  return Number(dtype.startsWith("u") ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value));
}
