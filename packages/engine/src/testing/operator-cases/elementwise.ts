import { constant, type OperatorCase } from "../operator-case.ts";
import { awayFromZero, distinct, uniform, values } from "../random-tensors.ts";

const positive = { from: 0.3, to: 3 };

/** A case of a function of one operand. */
function unary(x = uniform([2, 3])): readonly OperatorCase[] {
  return [{ name: "a matrix", inputs: [x] }];
}

/** Cases of a function of two operands with every kind of broadcasting. */
function binary(range: { from: number; to: number }): readonly OperatorCase[] {
  const x = (shape: readonly number[], seed: number) => uniform(shape, { ...range, seed });
  return [
    { name: "equal shapes", inputs: [x([2, 3], 1), x([2, 3], 2)] },
    { name: "a row on the right", inputs: [x([4, 2, 3], 1), x([3], 2)] },
    { name: "a column on the left", inputs: [x([2, 1], 1), x([4, 2, 3], 2)] },
    { name: "both repeated", inputs: [x([2, 1], 1), x([1, 3], 2)] },
    { name: "a scalar", inputs: [x([2, 3], 1), x([], 2)] },
  ];
}

const integers: OperatorCase = {
  name: "int64",
  inputs: [values("int64", [4], [7, -7, 9, 0]), values("int64", [4], [2, 2, -3, 5])],
};

export const elementwiseCases = {
  Identity: unary(),
  Cast: [
    { name: "to float32", inputs: [uniform([2, 3])], attributes: { to: 1 } },
    {
      name: "int64 to float32",
      inputs: [values("int64", [3], [-1, 0, 5])],
      attributes: { to: 1 },
    },
    {
      name: "float32 to int64 drops the fraction",
      inputs: [values("float32", [3], [-1.7, 0.2, 5.9])],
      attributes: { to: 7 },
      differentiableInputs: [],
    },
    {
      name: "float32 to bool",
      inputs: [values("float32", [3], [-1.7, 0, 0.5])],
      attributes: { to: 9 },
      differentiableInputs: [],
    },
    { name: "bool to float32", inputs: [values("bool", [3], [1, 0, 1])], attributes: { to: 1 } },
  ],
  CastLike: [
    { name: "float32", inputs: [uniform([2, 3]), values("float32", [1], [0])], differentiableInputs: [0] },
    {
      name: "float32 to int64 drops the fraction",
      inputs: [values("float32", [3], [-1.7, 0.2, 5.9]), values("int64", [], [0])],
      differentiableInputs: [],
    },
  ],
  Add: [...binary({ from: -2, to: 2 }), integers],
  Sub: [...binary({ from: -2, to: 2 }), integers],
  Mul: [...binary({ from: -2, to: 2 }), integers],
  Div: [...binary(positive), integers],
  Mod: [
    {
      name: "of floats",
      inputs: [values("float32", [2, 3], [5.3, -5.3, 0.7, 7.9, -2.1, 3.6]), values("float32", [3], [2, 1.5, -2.5])],
      attributes: { fmod: 1 },
    },
    {
      name: "the sign of the divisor",
      inputs: [values("int64", [4], [7, -7, 7, -7]), values("int64", [4], [3, 3, -3, -3])],
    },
    {
      name: "the sign of the dividend",
      inputs: [values("int32", [4], [7, -7, 7, -7]), values("int32", [4], [3, 3, -3, -3])],
      attributes: { fmod: 1 },
    },
  ],
  Pow: [
    ...binary(positive),
    ...[0, 1, 2, 3, 0.5, -1, 1.5].map((exponent) => ({
      name: `constant exponent ${exponent}`,
      inputs: [uniform([2, 3], positive), constant(values("float32", [], [exponent]))],
    })),
    { name: "square of both signs", inputs: [uniform([2, 3]), constant(values("float32", [], [2]))] },
    { name: "int64 exponent", inputs: [uniform([2, 3]), values("int64", [], [3])] },
  ],
  Neg: unary(),
  Abs: unary(awayFromZero([2, 3])),
  Sign: unary(awayFromZero([2, 3])),
  Floor: unary(values("float32", [4], [-1.5, -0.2, 0.7, 2.3])),
  Ceil: unary(values("float32", [4], [-1.5, -0.2, 0.7, 2.3])),
  Round: [
    { name: "between halves", inputs: [values("float32", [4], [-1.6, -0.2, 0.7, 2.3])] },
    { name: "halves go to even", inputs: [values("float32", [4], [-1.5, -0.5, 0.5, 2.5])], differentiableInputs: [] },
  ],
  Exp: unary(),
  Log: unary(uniform([2, 3], positive)),
  Sqrt: unary(uniform([2, 3], positive)),
  Reciprocal: unary(awayFromZero([2, 3])),
  Sin: unary(),
  Cos: unary(),
  Erf: unary(),
  Clip: [
    { name: "both bounds", inputs: [distinct([3, 3]), values("float32", [], [-0.5]), values("float32", [], [0.7])] },
    { name: "lower bound only", inputs: [distinct([3, 3]), values("float32", [], [-0.5])] },
    { name: "upper bound only", inputs: [distinct([3, 3]), undefined, values("float32", [], [0.7])] },
    { name: "no bounds", inputs: [distinct([3, 3])] },
  ],
  Min: [
    { name: "two operands", inputs: [distinct([2, 3], { seed: 1 }), uniform([3], { from: -0.02, to: 0.02 })] },
    { name: "three operands", inputs: [1, 2, 3].map((seed) => uniform([3, 4], { seed })) },
  ],
  Max: [
    { name: "two operands", inputs: [distinct([2, 3], { seed: 1 }), uniform([3], { from: -0.02, to: 0.02 })] },
    { name: "three operands", inputs: [1, 2, 3].map((seed) => uniform([3, 4], { seed })) },
    { name: "one operand", inputs: [uniform([2, 3])] },
  ],
  Sum: [
    {
      name: "three operands",
      inputs: [uniform([2, 3], { seed: 1 }), uniform([3], { seed: 2 }), uniform([2, 1], { seed: 3 })],
    },
  ],
  Mean: [
    {
      name: "three operands",
      inputs: [uniform([2, 3], { seed: 1 }), uniform([3], { seed: 2 }), uniform([2, 1], { seed: 3 })],
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
