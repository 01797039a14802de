import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";
import { DTYPES } from "../tensor/dtype.ts";
import { zerosLike } from "./shape-values.ts";

/** One way to put elements into a tensor, and to read those at the same places. */
export interface ScatterPlaces {
  /** `data` with `updates` put in; what shares a place is combined. */
  scatter(data: Value, updates: Value, reduction: "none" | "add" | "mul"): Value;
  /** The elements at the places, in the shape of the updates. */
  gather(data: Value): Value;
}

interface Scatter {
  readonly b: Emitter;
  readonly places: ScatterPlaces;
  readonly data: Value;
  readonly updates: Value;
  readonly y: Value;
  readonly dy: Value;
  /** 0: data, 2: updates. */
  needs(input: number): boolean;
}

type Gradients = readonly [data: Value | undefined, indices: undefined, updates: Value | undefined];

/** The gradients of ScatterElements and ScatterND by `reduction`. */
export const SCATTER_GRADIENTS: Readonly<Record<string, (scatter: Scatter) => Gradients>> = {
  none: ({ b, places, updates, dy, needs }) => [
    needs(0) ? places.scatter(dy, zerosLike(b, updates), "none") : undefined,
    undefined,
    needs(2) ? places.gather(dy) : undefined,
  ],
  add: ({ places, dy, needs }) => [needs(0) ? dy : undefined, undefined, needs(2) ? places.gather(dy) : undefined],
  mul: productGradients,
  max: extremeGradients,
  min: extremeGradients,
};

/** Factors that attain the extreme share the gradient evenly, as in PyTorch's scatter_reduce. */
function extremeGradients({ b, places, data, updates, y, dy, needs }: Scatter): Gradients {
  const attains = (factor: Value, extreme: Value) =>
    b.op("Cast", [b.op("Equal", [factor, extreme])], { to: DTYPES[dy.dtype].onnx });
  const [ofData, ofUpdates] = [attains(data, y), attains(updates, places.gather(y))];
  const share = b.op("Div", [dy, places.scatter(ofData, ofUpdates, "add")]);
  return [
    needs(0) ? b.op("Mul", [ofData, share]) : undefined,
    undefined,
    needs(2) ? b.op("Mul", [ofUpdates, places.gather(share)]) : undefined,
  ];
}

/**
 * The product of the other factors: without zeros, the product divided by the factor. Of one zero alone it is
 * the product of the rest, and 0 for all others; of several zeros it is 0 for every factor.
 */
function productGradients({ b, places, data, updates, dy, needs }: Scatter): Gradients {
  const [zero, one] = [b.scalar(0, dy.dtype), b.scalar(1, dy.dtype)];
  const isZero = (factor: Value) => b.op("Equal", [factor, zero]);
  const withoutZeros = (factor: Value) => b.op("Where", [isZero(factor), one, factor]);
  const count = (factor: Value) => b.op("Cast", [isZero(factor)], { to: DTYPES[dy.dtype].onnx });
  const product = b.op("Mul", [dy, places.scatter(withoutZeros(data), withoutZeros(updates), "mul")]);
  const zeros = places.scatter(count(data), count(updates), "add");
  const where = (number: Value) => b.op("Where", [b.op("Equal", [zeros, number]), product, zero]);
  const [withNone, withOne] = [where(zero), where(one)];
  const by = (factor: Value, none: Value, single: Value) =>
    b.op("Where", [isZero(factor), single, b.op("Div", [none, withoutZeros(factor)])]);
  return [
    needs(0) ? by(data, withNone, withOne) : undefined,
    undefined,
    needs(2) ? by(updates, places.gather(withNone), places.gather(withOne)) : undefined,
  ];
}
