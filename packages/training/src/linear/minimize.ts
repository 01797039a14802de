/** A smooth function and its gradient. */
export type Objective = (
  at: Float64Array,
  /** Where the gradient is written. */
  gradient: Float64Array,
) => number;

export interface MinimizeOptions {
  /** Default 200. */
  readonly iterations?: number;
  /** Ends where no part of the gradient is larger. Default 1e-5. */
  readonly tolerance?: number;
  /** Share of the iterations made, in [0, 1]. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** Asked after each iteration; true ends the work. */
  readonly shouldStop?: (() => boolean) | undefined;
}

/** Steps that the estimate of curvature remembers. */
const MEMORY = 10;
/** Share of the fall that the slope promises which a step must reach (Armijo), and of the slope that may be left (Wolfe). */
const FALL = 1e-4;
const CURVATURE = 0.9;
/** Tries of a line search. */
const TRIES = 30;

/**
 * Minimises a smooth convex function by L-BFGS (Nocedal & Wright 2006, "Numerical Optimization", algorithms 7.4 and 7.5; the line search
 * halves and doubles until the weak Wolfe conditions hold: Lewis & Overton 2013).
 *
 * The same function and start give the same bits.
 *
 * @param at Where it begins, and in the end the minimum: changed in place.
 * @returns Whether it came to its end; false when it was stopped.
 */
export async function minimize(
  objective: Objective,
  at: Float64Array,
  options: MinimizeOptions = {},
): Promise<boolean> {
  const { iterations = 200, tolerance = 1e-5, onProgress, shouldStop } = options;
  const size = at.length;
  const steps: Step[] = [];
  let gradient: Float64Array = new Float64Array(size);
  let value = objective(at, gradient);
  for (let iteration = 0; iteration < iterations; iteration++) {
    if (gradient.every((part) => Math.abs(part) <= tolerance)) break;
    const direction = descent(gradient, steps);
    const slope = dot(direction, gradient);
    const first = steps.length === 0 ? Math.min(1, 1 / norm(gradient)) : 1;
    const found = search(objective, { at, value, direction, slope, first });
    if (found === undefined) break; // what is left is below what doubles can tell apart
    const change = found.at.map((each, i) => each - at[i]!);
    const turn = found.gradient.map((each, i) => each - gradient[i]!);
    const curvature = dot(change, turn);
    if (curvature > 0) {
      steps.push({ change, turn, scale: 1 / curvature });
      if (steps.length > MEMORY) steps.shift();
    }
    at.set(found.at);
    ({ gradient, value } = found);
    onProgress?.((iteration + 1) / iterations);
    await new Promise(setImmediate);
    if (shouldStop?.() === true) return false;
  }
  return true;
}

interface Step {
  readonly change: Float64Array;
  /** Of the gradient. */
  readonly turn: Float64Array;
  /** 1 / change·turn. */
  readonly scale: number;
}

/** The two loops: minus the gradient, times an estimate of the inverse of the second derivative. */
function descent(gradient: Float64Array, steps: readonly Step[]): Float64Array {
  const direction = gradient.map((part) => -part);
  const shares: number[] = [];
  for (const { change, turn, scale } of steps.toReversed()) {
    const share = scale * dot(change, direction);
    shares.push(share);
    add(direction, turn, -share);
  }
  const last = steps.at(-1);
  if (last !== undefined) {
    const size = 1 / (last.scale * dot(last.turn, last.turn));
    for (let i = 0; i < direction.length; i++) direction[i]! *= size;
  }
  for (const { change, turn, scale } of steps) add(direction, change, shares.pop()! - scale * dot(turn, direction));
  return direction;
}

function search(
  objective: Objective,
  {
    at,
    value,
    direction,
    slope,
    first,
  }: {
    readonly at: Float64Array;
    readonly value: number;
    readonly direction: Float64Array;
    readonly slope: number;
    readonly first: number;
  },
): { readonly at: Float64Array; readonly gradient: Float64Array; readonly value: number } | undefined {
  const gradient = new Float64Array(at.length);
  let [low, high, length] = [0, Number.POSITIVE_INFINITY, first];
  for (let tried = 0; tried < TRIES; tried++) {
    const there = at.map((each, i) => each + length * direction[i]!);
    const reached = objective(there, gradient);
    if (!(reached <= value + FALL * length * slope)) high = length;
    else if (dot(gradient, direction) < CURVATURE * slope) low = length;
    else return { at: there, gradient, value: reached };
    length = high === Number.POSITIVE_INFINITY ? 2 * low : (low + high) / 2;
  }
  return undefined;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

function add(to: Float64Array, other: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += factor * other[i]!;
}
