import type { Value } from "../graph/graph.ts";
import { numericDType } from "../tensor/dtype.ts";
import { tensorFrom } from "../tensor/tensor.ts";
import { type EinsumEquation, parseEinsum, printEinsum, sizesOfLabels } from "./einsum-equation.ts";
import { expandLike, sumToShape } from "./gradient-shapes.ts";
import { defineOperator, type GradientContext, type Operator, type ReferenceTensor } from "./operator.ts";
import { broadcastElement, tabulate } from "./reference-kernels.ts";
import { refuseGradient } from "./refuse-gradient.ts";
import { shapePart, shapeVector } from "./shape-values.ts";

const attributes = { equation: { type: "string", default: "" } } as const;

export const einsum = {
  /** Sums of products over named axes: Einstein's notation. Axes of size 1 are repeated to the size of their label. */
  Einsum: defineOperator({
    inputs: ["...Inputs"],
    outputs: ["Output"],
    attributes,
    infer: (c) => {
      const shapes = c.inputs.map((input) => input.shape);
      const [first] = c.inputs;
      if (c.inputs.some((input) => input.dtype !== first.dtype))
        c.fail("all operands have one dtype", c.inputs.map((input) => input.dtype).join(" and "));
      const equation = parseEinsum(c.attributes.equation, ranksOf(shapes), c.fail);
      const sizes = sizesOfLabels(equation, shapes, c.fail);
      return [{ dtype: first.dtype, shape: equation.output.map((label) => sizes.get(label)!) }];
    },
    gradient: (c) => c.inputs.map((_, operand) => (c.needs(operand) ? operandGradient(c, operand) : undefined)),
    reference: (inputs, c) => {
      const operands = inputs.map((input) => input);
      return [sumOfProducts(operands, parseEinsum(c.attributes.equation, ranksOf(shapesOf(operands)), unexpected))];
    },
  }),
} satisfies Record<string, Operator>;

/**
 * The gradient by one operand: the Einsum of dy and the other operands into the labels of this one. A label that it has twice, a diagonal,
 * comes from a product with the identity matrix; one that nothing else has, or that the others have as 1, is repeated.
 */
function operandGradient(c: GradientContext<typeof attributes>, operand: number): Value {
  const { b, inputs, dy } = c;
  const x = inputs[operand]!;
  const equation = parseEinsum(c.attributes.equation, ranksOf(shapesOf(inputs)), unexpected);
  const sizes = sizesOfLabels(equation, shapesOf(inputs), unexpected);
  const others = inputs.flatMap((input, i) =>
    i === operand ? [] : [{ value: input!, labels: equation.operands[i]! }],
  );
  const factors = [{ value: dy, labels: equation.output }, ...others];
  const labels = equation.operands[operand]!;
  const wanted = labels.map((label, axis) => {
    const earlier = labels.slice(0, axis).filter((other) => other === label).length;
    if (earlier === 0) return label;
    const again = `${label}'${earlier}`;
    factors.push({ value: identityMatrix(c, x, axis), labels: [label, again] });
    return again;
  });
  const available = new Set(factors.flatMap((factor) => factor.labels));
  const isSummed = (label: string, axis: number) => x.shape[axis] === 1 && sizes.get(label) !== 1;
  const output = wanted.filter((label, axis) => available.has(label) && !isSummed(labels[axis]!, axis));
  const missing = wanted.flatMap((label, axis) => (output.includes(label) ? [] : [axis]));
  const sum = product(c, factors, output);
  const full = missing.length === 0 ? sum : b.op("Unsqueeze", [sum, b.ints(missing)]);
  return full.shape.every((size, axis) => size === x.shape[axis]) ? full : sumToShape(b, expandLike(b, full, x), x);
}

interface Factor {
  readonly value: Value;
  readonly labels: readonly string[];
}

function product(
  { b, outputs: [y] }: GradientContext<typeof attributes>,
  factors: readonly Factor[],
  output: readonly string[],
): Value {
  const [first, another] = factors;
  if (another === undefined && first!.labels.join() === output.join()) return first!.value;
  const equation = printEinsum({ operands: factors.map((factor) => factor.labels), output });
  if (equation === undefined) return refuseGradient(y!, "Einsum", "its gradient needs more than 52 labels");
  return b.op(
    "Einsum",
    factors.map((factor) => factor.value),
    { equation },
  );
}

/** As large as an axis of x. */
function identityMatrix({ b }: GradientContext<typeof attributes>, x: Value, axis: number): Value {
  const size = shapePart(b, x, axis, axis + 1);
  const zero = tensorFrom(numericDType(x.dtype), [1], [0]);
  return b.op("EyeLike", [b.op("ConstantOfShape", [shapeVector(b, [size, size])], { value: zero })]);
}

function sumOfProducts(operands: readonly ReferenceTensor[], equation: EinsumEquation): ReferenceTensor {
  const sizes = sizesOfLabels(equation, shapesOf(operands), unexpected);
  const summed = [...sizes.keys()].filter((label) => !equation.output.includes(label));
  const sizesFor = (labels: readonly string[]) => labels.map((label) => Number(sizes.get(label)));
  const { dtype } = operands[0]!;
  return tabulate(dtype, sizesFor(equation.output), (index) => {
    const at = new Map(equation.output.map((label, i) => [label, index[i]!]));
    const terms = tabulate(dtype, sizesFor(summed), (inner) => {
      summed.forEach((label, i) => {
        at.set(label, inner[i]!);
      });
      const element = (x: ReferenceTensor, i: number) =>
        broadcastElement(
          x,
          equation.operands[i]!.map((label) => at.get(label)!),
        );
      return operands.reduce((result, x, i) => result * element(x, i), 1);
    });
    return terms.data.reduce((sum, term) => sum + term, 0);
  });
}

function shapesOf<S>(values: readonly ({ readonly shape: S } | undefined)[]): S[] {
  return values.map((value) => value!.shape);
}

function ranksOf(shapes: readonly (readonly unknown[])[]): number[] {
  return shapes.map((shape) => shape.length);
}

/** The shape rule has refused such an equation. */
function unexpected(rule: string, got: string): never {
  throw new Error(`Einsum: ${rule}, got ${got}`);
}
