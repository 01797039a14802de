import type { AnyReference } from "../ops/operator.ts";
import { type AnyTensor, type Tensor, toNumbers } from "../tensor/tensor.ts";

export interface Closeness {
  readonly isClose: boolean;
  readonly maxAbsoluteError: number;
  /** Largest |actual − expected| / |expected|; 0/0 counts as 0. */
  readonly maxRelativeError: number;
  /** Multi-index of the element that breaks the tolerance most, or of the largest error. Empty for a scalar. */
  readonly index: readonly number[];
  /** One line with all of the above and both numbers. */
  readonly message: string;
}

/**
 * Compares two tensors element by element: |actual − expected| ≤ absolute + relative·|expected|, as NumPy's `allclose`. NaN equals NaN, an
 * infinity itself, a text the same text.
 *
 * @param tolerance.relative Default 1e-5.
 * @param tolerance.absolute Default 1e-8.
 */
export function allclose(
  actual: AnyTensor | AnyReference,
  expected: AnyTensor | AnyReference,
  { relative = 1e-5, absolute = 1e-8 }: { readonly relative?: number; readonly absolute?: number } = {},
): Closeness {
  if (actual.shape.length !== expected.shape.length || actual.shape.some((size, i) => size !== expected.shape[i])) {
    return {
      isClose: false,
      maxAbsoluteError: Number.POSITIVE_INFINITY,
      maxRelativeError: Number.POSITIVE_INFINITY,
      index: [],
      message: `shape [${actual.shape.join(", ")}] instead of [${expected.shape.join(", ")}]`,
    };
  }
  let maxAbsoluteError = 0;
  let maxRelativeError = 0;
  let worst = { flat: 0, excess: Number.NEGATIVE_INFINITY };
  const [actualNumbers, expectedNumbers] = [elementsOf(actual), elementsOf(expected)];
  for (let flat = 0; flat < expected.data.length; flat++) {
    const [a, e] = [Number(actualNumbers[flat]), Number(expectedNumbers[flat])];
    const isText = actual.dtype === "string" || expected.dtype === "string";
    const isSame = isText ? actual.data[flat] === expected.data[flat] : Object.is(a, e) || a === e;
    const difference = isSame ? 0 : isText ? Number.POSITIVE_INFINITY : Math.abs(a - e);
    const error = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    const excess = isSame ? -absolute : error - (absolute + relative * Math.abs(e));
    maxAbsoluteError = Math.max(maxAbsoluteError, error);
    maxRelativeError = Math.max(maxRelativeError, error === 0 ? 0 : error / Math.abs(e));
    if (Number.isNaN(excess) || excess > worst.excess)
      worst = { flat, excess: Number.isNaN(excess) ? Number.POSITIVE_INFINITY : excess };
  }
  const index = multiIndex(worst.flat, expected.shape);
  return {
    isClose: worst.excess <= 0,
    maxAbsoluteError,
    maxRelativeError,
    index,
    message:
      `max absolute error ${maxAbsoluteError.toExponential(2)}, max relative error ${maxRelativeError.toExponential(2)}; ` +
      `at [${index.join(", ")}]: ${actualNumbers[worst.flat]} instead of ${expectedNumbers[worst.flat]}`,
  };
}

/** The elements as numbers, where they are raw bits. */
function elementsOf(tensor: AnyTensor | AnyReference): ArrayLike<number | bigint | string> {
  return tensor.dtype === "float16" && tensor.data instanceof Uint16Array ? toNumbers(tensor as Tensor) : tensor.data;
}

function multiIndex(flat: number, shape: readonly number[]): number[] {
  const index = new Array<number>(shape.length).fill(0);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = flat % shape[axis]!;
    flat = Math.floor(flat / shape[axis]!);
  }
  return index;
}
