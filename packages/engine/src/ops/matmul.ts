import type { Emitter } from "../graph/emitter.ts";
import { MICROSOFT_DOMAIN, type Value } from "../graph/graph.ts";
import { broadcastShapes, type Dimension, isStatic, type Shape, showShape } from "../tensor/shape.ts";
import { reshapeLike, sumToShape } from "./gradient-shapes.ts";
import {
  defineOperator,
  type InferenceContext,
  type InferredType,
  type Operator,
  type ReferenceTensor,
} from "./operator.ts";
import { broadcastElement, mapBroadcast, staticBroadcast, tabulate } from "./reference-kernels.ts";
import { mayEqual, mayExpandTo } from "./shape-values.ts";

interface Transposes {
  readonly transA: number;
  readonly transB: number;
}

/**
 * Matrix products. With C = A·B, dA = dC·Bᵀ and dB = Aᵀ·dC. A transposed right operand is a flag of FusedMatMul or Gemm and costs nothing;
 * a transposed left one costs more than it looks, see `transposedProduct`.
 */
export const matmul = {
  MatMul: defineOperator({
    inputs: ["A", "B"],
    outputs: ["Y"],
    attributes: {},
    infer: (c) => [inferMatMul(c, { transA: 0, transB: 0 })],
    gradient: ({ b, inputs: [x, w], dy, needs }) => {
      const plain = { transA: 0, transB: 0, alpha: 1 };
      return [
        needs(0) ? gradientA(b, x, w, dy, plain) : undefined,
        needs(1) ? gradientB(b, x, w, dy, plain) : undefined,
      ];
    },
    reference: ([a, b]) => [multiply(a, b, 1)],
  }),

  /** MatMul with transposed operands and a factor; ONNX Runtime runs it without copies. */
  FusedMatMul: defineOperator({
    domain: MICROSOFT_DOMAIN,
    inputs: ["A", "B"],
    outputs: ["Y"],
    attributes: {
      transA: { type: "int", default: 0 },
      transB: { type: "int", default: 0 },
      transBatchA: { type: "int", default: 0 },
      transBatchB: { type: "int", default: 0 },
      alpha: { type: "float", default: 1 },
    },
    infer: (c) => {
      const { transBatchA, transBatchB } = c.attributes;
      if (transBatchA !== 0 || transBatchB !== 0)
        c.fail("transBatchA and transBatchB are 0", `${transBatchA} and ${transBatchB}`);
      return [inferMatMul(c, c.attributes)];
    },
    gradient: ({ b, inputs: [x, w], dy, attributes, needs }) => [
      needs(0) ? gradientA(b, x, w, dy, attributes) : undefined,
      needs(1) ? gradientB(b, x, w, dy, attributes) : undefined,
    ],
    reference: ([a, b], { attributes }) => [
      multiply(
        attributes.transA === 1 ? swapLastAxes(a) : a,
        attributes.transB === 1 ? swapLastAxes(b) : b,
        attributes.alpha,
      ),
    ],
  }),

  Gemm: defineOperator({
    inputs: ["A", "B", "C?"],
    outputs: ["Y"],
    attributes: {
      transA: { type: "int", default: 0 },
      transB: { type: "int", default: 0 },
      alpha: { type: "float", default: 1 },
      beta: { type: "float", default: 1 },
    },
    infer: (c) => {
      const [a, , bias] = c.inputs;
      if (a.shape.length !== 2) c.fail("A is a matrix", showShape(a.shape));
      const product = inferMatMul(c, c.attributes);
      if (bias !== undefined && !mayExpandTo(bias.shape, product.shape)) {
        c.fail(`C broadcasts to ${showShape(product.shape)}`, showShape(bias.shape));
      }
      return [product];
    },
    gradient: ({ b, inputs: [x, w, bias], dy, attributes, needs }) => {
      const { transA, transB, alpha, beta } = attributes;
      const gemm = (left: Value, right: Value, flags: Transposes) => b.op("Gemm", [left, right], { ...flags, alpha });
      return [
        needs(0)
          ? transA === 1
            ? gemm(w, dy, { transA: transB, transB: 1 })
            : gemm(dy, w, { transA: 0, transB: 1 - transB })
          : undefined,
        needs(1)
          ? transB === 1
            ? gemm(dy, x, { transA: 1, transB: transA })
            : gemm(x, dy, { transA: 1 - transA, transB: 0 })
          : undefined,
        bias !== undefined && needs(2) ? scale(b, sumToShape(b, dy, bias), beta) : undefined,
      ];
    },
    reference: ([a, b, c], { attributes }) => {
      const { transA, transB, alpha, beta } = attributes;
      const product = multiply(transA === 1 ? swapLastAxes(a) : a, transB === 1 ? swapLastAxes(b) : b, alpha);
      return [c === undefined ? product : mapBroadcast([product, c], (x, y) => x + beta * y)];
    },
  }),
} satisfies Record<string, Operator>;

function inferMatMul(
  c: Pick<InferenceContext<Record<never, never>>, "inputs" | "fail">,
  { transA, transB }: Transposes,
): InferredType {
  const [a, b] = c.inputs;
  if (a === undefined || b === undefined) return c.fail("two inputs are given", `${c.inputs.length}`);
  if (a.dtype !== b.dtype) c.fail("both operands have one dtype", `${a.dtype} and ${b.dtype}`);
  if (a.shape.length === 0 || b.shape.length === 0)
    c.fail("operands are not scalars", `${showShape(a.shape)} × ${showShape(b.shape)}`);
  const left = a.shape.length === 1 ? [1, ...a.shape] : transA === 1 ? swapped(a.shape) : a.shape;
  const right = b.shape.length === 1 ? [...b.shape, 1] : transB === 1 ? swapped(b.shape) : b.shape;
  const batch = broadcastShapes(left.slice(0, -2), right.slice(0, -2));
  if (!mayEqual(left.at(-1), right.at(-2)) || batch === undefined) {
    return c.fail(
      "inner dimensions match",
      `${showShape(a.shape)} × ${showShape(b.shape)} (transA ${transA}, transB ${transB})`,
    );
  }
  const rows = a.shape.length === 1 ? [] : [left.at(-2)!];
  const columns = b.shape.length === 1 ? [] : [right.at(-1)!];
  return { dtype: a.dtype, shape: [...batch, ...rows, ...columns] };
}

function swapped(shape: Shape): Dimension[] {
  return [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!];
}

/** The axes of a product's operands that are never repeated. */
const MATRIX = { ownAxes: 2 };

interface ProductAttributes extends Transposes {
  readonly alpha: number;
}

/** dA of C = alpha · A·B, before undoing broadcasting: dC·Bᵀ, or B·dCᵀ when A was transposed. */
function gradientA(b: Emitter, x: Value, w: Value, dy: Value, { transA, transB, alpha }: ProductAttributes): Value {
  const [x2, w2, dy2] = withMatrixRanks(b, x, w, dy);
  const dx =
    transA === 1
      ? fused(b, w2, dy2, { transA: transB, transB: 1, alpha })
      : fused(b, dy2, w2, { transA: 0, transB: 1 - transB, alpha });
  return reshapeLike(b, sumToShape(b, dx, x2, MATRIX), x);
}

/**
 * dB of C = alpha · A·B: Aᵀ·dC, or dCᵀ·A when B was transposed. For a weight matrix under batched activations all leading axes become
 * rows of one product, which sums over them.
 */
function gradientB(b: Emitter, x: Value, w: Value, dy: Value, { transA, transB, alpha }: ProductAttributes): Value {
  const [x2, w2, dy2] = withMatrixRanks(b, x, w, dy);
  const [left, right] = transB === 1 ? [dy2, x2] : [x2, dy2];
  if (transA === 1) {
    const dw = fused(b, left, right, { transA: transB, transB, alpha });
    return reshapeLike(b, sumToShape(b, dw, w2, MATRIX), w);
  }
  if (w2.shape.length === 2 && x2.shape.length > 2 && isStatic(w2.shape))
    return reshapeLike(b, rowsProduct(b, left, right, alpha), w);
  return reshapeLike(b, sumToShape(b, transposedProduct(b, left, right, alpha), w2, MATRIX), w);
}

/**
 * alpha · leftᵀ·right of the last two axes.
 *
 * ONNX Runtime transposes a left operand anew for each stripe of 128 columns of the right one, so the narrower operand goes to the left; if
 * that was the right one, the small result is transposed back. In an attention of 128 positions in heads of 32 this takes 4.7 ms instead of
 * 6.8 ms.
 */
function transposedProduct(b: Emitter, left: Value, right: Value, alpha: number): Value {
  const flags = { transA: 1, transB: 0, alpha };
  if (!isNarrower(right, left)) return fused(b, left, right, flags);
  return swapLastAxesOf(b, fused(b, right, left, flags));
}

/**
 * alpha · leftᵀ·right of matrices whose rows are all leading axes together; both widths are numbers.
 *
 * The narrower operand is transposed once, by a node of its own: for 2,048 rows of widths 384 and 1,536 the product then takes 32.8 ms of
 * one core instead of 39.1 ms. The Reshape behind the Transpose keeps ONNX Runtime from making it a flag of the product again.
 */
function rowsProduct(b: Emitter, left: Value, right: Value, alpha: number): Value {
  const product = (narrow: Value, wide: Value) => {
    const rank = narrow.shape.length;
    const turned = b.op("Transpose", [narrow], { perm: [rank - 1, ...Array(rank - 1).keys()] });
    const columns = b.op("Reshape", [turned, b.ints([Number(narrow.shape.at(-1)), -1])]);
    const rows = b.op("Reshape", [wide, b.ints([-1, Number(wide.shape.at(-1))])]);
    return fused(b, columns, rows, { transA: 0, transB: 0, alpha });
  };
  return isNarrower(right, left) ? swapLastAxesOf(b, product(right, left)) : product(left, right);
}

/** True when the last axis of `x` is known to be shorter than that of `y`. Symbols are sequence lengths, longer than a head. */
function isNarrower(x: Value, y: Value): boolean {
  const [a, b] = [x.shape.at(-1)!, y.shape.at(-1)!];
  return typeof a === "number" && (typeof b !== "number" || a < b);
}

function swapLastAxesOf(b: Emitter, value: Value): Value {
  const axes = value.shape.map((_, axis) => axis);
  return b.op("Transpose", [value], { perm: swapped(axes).map(Number) });
}

/** Vectors as the matrices that ONNX's MatMul takes them for: [k] on the left is [1, k], on the right [k, 1]. */
function withMatrixRanks(b: Emitter, x: Value, w: Value, dy: Value): [Value, Value, Value] {
  const x2 = x.shape.length === 1 ? b.op("Unsqueeze", [x, b.ints([0])]) : x;
  const w2 = w.shape.length === 1 ? b.op("Unsqueeze", [w, b.ints([1])]) : w;
  let dy2 = dy;
  if (w.shape.length === 1) dy2 = b.op("Unsqueeze", [dy2, b.ints([-1])]);
  if (x.shape.length === 1) dy2 = b.op("Unsqueeze", [dy2, b.ints([-2])]);
  return [x2, w2, dy2];
}

function fused(b: Emitter, left: Value, right: Value, attributes: ProductAttributes): Value {
  if (attributes.transA === 0 && attributes.transB === 0 && attributes.alpha === 1)
    return b.op("MatMul", [left, right]);
  return b.op("FusedMatMul", [left, right], { ...attributes });
}

function scale(b: Emitter, value: Value, factor: number): Value {
  return factor === 1 ? value : b.op("Mul", [value, b.scalar(factor, value.dtype)]);
}

function multiply(a: ReferenceTensor, b: ReferenceTensor, alpha: number): ReferenceTensor {
  const left = a.shape.length === 1 ? { ...a, shape: [1, ...a.shape] } : a;
  const right = b.shape.length === 1 ? { ...b, shape: [...b.shape, 1] } : b;
  const inner = left.shape.at(-1)!;
  const batch = staticBroadcast(left.shape.slice(0, -2), right.shape.slice(0, -2));
  const product = tabulate(a.dtype, [...batch, left.shape.at(-2)!, right.shape.at(-1)!], (index) => {
    const outer = index.slice(0, -2);
    let sum = 0;
    for (let k = 0; k < inner; k++) {
      sum +=
        broadcastElement(left, [...outer, index.at(-2)!, k]) * broadcastElement(right, [...outer, k, index.at(-1)!]);
    }
    return alpha * sum;
  });
  const shape = [
    ...batch,
    ...(a.shape.length === 1 ? [] : [left.shape.at(-2)!]),
    ...(b.shape.length === 1 ? [] : [right.shape.at(-1)!]),
  ];
  return { ...product, shape };
}

function swapLastAxes(x: ReferenceTensor): ReferenceTensor {
  return tabulate(x.dtype, [...x.shape.slice(0, -2), x.shape.at(-1)!, x.shape.at(-2)!], (index) =>
    broadcastElement(x, [...index.slice(0, -2), index.at(-1)!, index.at(-2)!]),
  );
}
