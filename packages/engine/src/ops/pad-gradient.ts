import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";
import { normalizeAxis } from "../tensor/shape.ts";
import { refuseGradient } from "./refuse-gradient.ts";
import { withShape } from "./shape-values.ts";
import { padTo, reverse, TO_THE_END } from "./slice-places.ts";

interface CopiedPart {
  readonly b: Emitter;
  /** The gradient of what was added on one side. */
  readonly part: Value;
  readonly axis: number;
  readonly pad: number;
}

/**
 * The gradient of what was added in the order of the elements that it was copied from, and where the first of
 * these stands.
 */
interface Fold {
  readonly part: (copied: CopiedPart) => Value;
  readonly before: (pad: number) => number;
  /** Counted from the end: −1 is the last element. */
  readonly after: (pad: number) => number;
  /** The most that the mode can add to an axis of a size. */
  readonly most: (size: number) => number;
}

const FOLDS: Readonly<Record<string, Fold>> = {
  reflect: {
    part: ({ b, part, axis }) => reverse(b, part, axis),
    before: () => 1,
    after: (pad) => -1 - pad,
    most: (size) => size - 1,
  },
  edge: {
    part: ({ b, part, axis }) => b.op("ReduceSum", [part, b.ints([axis])], { keepdims: 1 }),
    before: () => 0,
    after: () => -1,
    most: () => Number.POSITIVE_INFINITY,
  },
  wrap: { part: ({ part }) => part, before: (pad) => -pad, after: () => 0, most: (size) => size },
};

/**
 * The gradient of a Pad that copies elements of `x`: axis by axis, the gradient of each copy is added to that
 * of its element.
 *
 * @param options.pads Before all axes, then behind all.
 */
export function foldedPads(
  b: Emitter,
  { x, y, dy }: { readonly x: Value; readonly y: Value; readonly dy: Value },
  options: { readonly mode: string; readonly axes: readonly number[]; readonly pads: readonly number[] | undefined },
): Value {
  const { mode, axes, pads } = options;
  const fold = FOLDS[mode] ?? refuseGradient(y, "Pad", `mode "${mode}" has none`);
  if (pads === undefined)
    return refuseGradient(y, "Pad", `mode "${mode}" needs pads that are known before the graph runs`);
  if (pads.some((pad) => pad < 0)) return refuseGradient(y, "Pad", `mode "${mode}" needs pads that are not negative`);
  let result = dy;
  for (const [i, named] of axes.entries()) {
    const axis = normalizeAxis(named, x.shape.length);
    const [before, after, size] = [pads[i]!, pads[i + axes.length]!, x.shape[axis]!];
    if (typeof size === "number" && Math.max(before, after) > fold.most(size))
      return refuseGradient(y, "Pad", `mode "${mode}" of size ${size} needs pads of at most ${fold.most(size)}`);
    result = foldAxis({ b, dy: result, axis, size }, { before, after, fold });
  }
  return withShape(b, result, x);
}

function foldAxis(
  { b, dy, axis, size }: { b: Emitter; dy: Value; axis: number; size: number | string },
  { before, after, fold }: { before: number; after: number; fold: Fold },
): Value {
  if (before === 0 && after === 0) return dy;
  const end = typeof size === "number" ? before + size + after : TO_THE_END;
  const slice = (from: number, to: number) => b.op("Slice", [dy, b.ints([from]), b.ints([to]), b.ints([axis])]);
  const center = slice(before, after === 0 ? end : -after);
  const add = (sum: Value, pad: number, { from, to, start }: { from: number; to: number; start: number }) => {
    if (pad === 0) return sum;
    const part = fold.part({ b, part: slice(from, to), axis, pad });
    return b.op("Add", [sum, padTo(b, part, { like: center, axes: [axis], starts: [start] })]);
  };
  const withHead = add(center, before, { from: 0, to: before, start: fold.before(before) });
  return add(withHead, after, { from: -after, to: end, start: fold.after(after) });
}
