import { differentiate, gradientName } from "../autodiff/differentiate.ts";
import type { Graph } from "../graph/graph.ts";
import type { ReferenceTensor } from "../ops/operator.ts";
import { evaluate } from "../reference/evaluate.ts";
import { seededUniform } from "./random-tensors.ts";

export interface GradientCheck {
  /** Derivative of the loss along the random direction: from the gradient, and by central differences. */
  readonly analytic: number;
  readonly numeric: number;
  /** |analytic − numeric| / max(|analytic|, |numeric|); 0 when both vanish. */
  readonly relativeError: number;
}

/**
 * Compares the gradient of a scalar loss with central differences in float64, along one random direction in the space of one parameter
 * (the method of JAX's `check_grads`): every element takes part, at the price of two evaluations.
 *
 * The point must not lie within `step` of a kink.
 *
 * @param options.feeds Values of all inputs, parameters included.
 * @param options.loss Name of a value with one element.
 * @param options.parameter Name of a float input.
 * @param options.step Length of the step along each axis. Default 1e-4.
 * @param options.seed Default 1.
 */
export function checkGradient(options: {
  readonly graph: Graph;
  readonly feeds: Readonly<Record<string, ReferenceTensor>>;
  readonly loss: string;
  readonly parameter: string;
  readonly step?: number;
  readonly seed?: number;
}): GradientCheck {
  const { graph, feeds, loss, parameter, step = 1e-4, seed = 1 } = options;
  const point = feeds[parameter];
  if (point === undefined) throw new Error(`parameter "${parameter}" is not among the feeds`);
  const next = seededUniform(seed);
  const direction = point.data.map(() => 2 * next() - 1);
  const gradient = evaluate(differentiate(graph, { loss, parameters: [parameter] }), feeds).get(
    gradientName(parameter),
  )!;
  const lossAt = (distance: number) => {
    const data = point.data.map((value, i) => value + distance * direction[i]!);
    return evaluate(graph, { ...feeds, [parameter]: { ...point, data } }).get(loss)!.data[0]!;
  };
  const analytic = gradient.data.reduce((total, value, i) => total + value * direction[i]!, 0);
  const numeric = (lossAt(step) - lossAt(-step)) / (2 * step);
  return { analytic, numeric, relativeError: relativeError(analytic, numeric) };
}

/** A difference at the level of rounding counts as none. */
function relativeError(a: number, b: number): number {
  const difference = Math.abs(a - b);
  return difference < 1e-11 ? 0 : difference / Math.max(Math.abs(a), Math.abs(b));
}
