import type { AnyTensor, Node, Tensor } from "@modelwright/engine";
import { blockwiseTensor } from "./blockwise-tensor.ts";
import { intOf, isStandard } from "./draft.ts";

/** A product with a quantised weight, as an operator or several write it. */
export interface QuantisedProduct {
  /** What is multiplied, float32. */
  readonly x: string;
  /** The weight's integers, `[inputs, outputs]`, and what they stand for; scales are one or one per output. */
  readonly integers: string;
  readonly scale?: string | undefined;
  readonly zeroPoint?: string | undefined;
  /** What the integers stand for, where it is not (integer - zeroPoint) · scale. */
  readonly tensor?: Tensor<"float32">;
  readonly bias?: string | undefined;
}

interface Around {
  readonly producer: (name: string) => Node | undefined;
  readonly initializer: (name: string) => AnyTensor | undefined;
}

/**
 * What a node at the end of such a product computes; undefined where it is something else.
 *
 * @see https://onnx.ai/onnx/operators and onnxruntime's ContribOperators.md.
 */
export const QUANTISED_PRODUCTS: Readonly<
  Record<string, (node: Node, around: Around) => QuantisedProduct | undefined>
> = {
  Mul: (node, { producer }) => {
    for (const [cast, scales] of bothWays(node.inputs)) {
      const [casting, scaling] = [producer(cast), producer(scales)];
      if (!isStandard(casting, "Cast") || !isStandard(scaling, "Mul")) continue;
      const product = producer(casting.inputs[0]!);
      if (!isStandard(product, "MatMulInteger")) continue;
      const rounding = producer(product.inputs[0]!);
      if (!isStandard(rounding, "DynamicQuantizeLinear")) continue;
      const [, xScale] = rounding.outputs;
      const scale = scaling.inputs.find((name) => name !== xScale);
      const [, integers = "", , zeroPoint] = product.inputs;
      return { x: rounding.inputs[0]!, integers, scale, zeroPoint };
    }
    return undefined;
  },
  // A, B, b_scale, b_zero_point, bias
  DynamicQuantizeMatMul: ({ inputs: [x = "", integers = "", scale, zeroPoint, bias] }) => ({
    x,
    integers,
    scale,
    zeroPoint,
    bias: bias === "" ? undefined : bias,
  }),
  // A, B, a_scale, b_scale, a_zero_point, b_zero_point, bias
  MatMulIntegerToFloat: ({ inputs: [a = "", integers = "", , scale, , zeroPoint, bias] }, { producer }) => {
    const rounding = producer(a);
    if (!isStandard(rounding, "DynamicQuantizeLinear")) return undefined;
    return { x: rounding.inputs[0]!, integers, scale, zeroPoint, bias: bias === "" ? undefined : bias };
  },
  // A, B, scales, zero_points, g_idx, bias
  MatMulNBits: (node, { initializer }) => {
    const [x = "", integers = "", scales = "", zeroPoints = "", order = "", bias = ""] = node.inputs;
    if (order !== "" || intOf(node, "bits", 4) !== 4) return undefined;
    const tensor = blockwiseTensor({
      packed: initializer(integers),
      scales: initializer(scales),
      zeroPoints: zeroPoints === "" ? undefined : initializer(zeroPoints),
      inputs: intOf(node, "K", 0),
      outputs: intOf(node, "N", 0),
      block: intOf(node, "block_size", 0),
    });
    return tensor && { x, integers, tensor, bias: bias === "" ? undefined : bias };
  },
};

function bothWays([a = "", b = ""]: readonly string[]): readonly (readonly [string, string])[] {
  return [
    [a, b],
    [b, a],
  ];
}
