import { type Tensor, tensor, type Value } from "@modelwright/engine";
import { staticSize } from "../layers/dense.ts";
import type { LossContext } from "./loss-context.ts";
import { type ReductionOption, reduceLosses } from "./reduction.ts";

export interface StructuralSimilarityValues extends ReductionOption {
  /** float32 `[batch, channels, height, width]`; height and width fixed and at least 11. */
  readonly left: Value;
  /** The same shape. */
  readonly right: Value;
  /** Greatest value minus least value that a pixel can have. Default 1. */
  readonly dataRange?: number;
}

/** Window and constants of Wang, Bovik, Sheikh & Simoncelli 2004, IEEE Transactions on Image Processing 13 (4). */
const WINDOW = 11;
const SIGMA = 1.5;
const K1 = 0.01;
const K2 = 0.03;

/**
 * Structural similarity of two images (Wang et al. 2004): 1 for equal ones. A Gaussian window of 11 × 11 and σ = 1.5, only places where it
 * fits whole, the mean over places and channels.
 *
 * The window is separable, and each direction is one product with a band matrix.
 *
 * @returns Scalar float32 in `[−1, 1]`; `[batch]` with reduction "none".
 */
export function structuralSimilarity(c: LossContext, values: StructuralSimilarityValues): Value {
  const { left: x, right: y, dataRange = 1, reduction } = values;
  const { b } = c;
  return b.scope("ssim", () => {
    const mul = (p: Value, q: Value) => b.op("Mul", [p, q]);
    const constant = (name: string, make: () => Tensor) => {
      const full = b.scoped(name);
      return b.has(full) ? b.value(full) : b.initializer(full, make());
    };
    const [height, width] = [staticSize(x, 2), staticSize(x, 3)];
    const rows = constant(`rows${height}`, () => transposed(band(height)));
    const columns = constant(`columns${width}`, () => band(width));
    const blur = (image: Value) => b.op("MatMul", [rows, b.op("MatMul", [image, columns])]);
    const [muX, muY] = [blur(x), blur(y)];
    const [muXX, muYY, muXY] = [mul(muX, muX), mul(muY, muY), mul(muX, muY)];
    const covariance = (p: Value, q: Value, mean: Value) => b.op("Sub", [blur(mul(p, q)), mean]);
    const variances = b.op("Add", [covariance(x, x, muXX), covariance(y, y, muYY)]);
    const plus = (p: Value, constant: number) => b.op("Add", [p, b.scalar(constant)]);
    const [c1, c2] = [(K1 * dataRange) ** 2, (K2 * dataRange) ** 2];
    const luminance = plus(mul(muXY, b.scalar(2)), c1);
    const structure = plus(mul(covariance(x, y, muXY), b.scalar(2)), c2);
    const normalizer = mul(plus(b.op("Add", [muXX, muYY]), c1), plus(variances, c2));
    return reduceLosses(c, b.op("Div", [mul(luminance, structure), normalizer]), reduction);
  });
}

/** A loss of it: 1 − structural similarity. */
export function structuralDissimilarity(c: LossContext, values: StructuralSimilarityValues): Value {
  return c.b.op("Sub", [c.b.scalar(1), structuralSimilarity(c, values)]);
}

/** `[size, size − 10]`: each column holds the window at one place. */
function band(size: number): Tensor<"float32"> {
  const weights = Array.from({ length: WINDOW }, (_, i) => Math.exp(-(((i - (WINDOW - 1) / 2) / SIGMA) ** 2) / 2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const places = size - WINDOW + 1;
  const data = new Float32Array(size * places);
  for (let place = 0; place < places; place++) {
    for (const [i, weight] of weights.entries()) data[(place + i) * places + place] = weight / total;
  }
  return tensor("float32", [size, places], data);
}

function transposed({ shape: [rows = 0, columns = 0], data }: Tensor<"float32">): Tensor<"float32"> {
  return tensor(
    "float32",
    [columns, rows],
    Float32Array.from(data, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!),
  );
}
