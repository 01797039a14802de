import { addDimensions, type Dimension, divideDown, isStatic, type Shape, showShape } from "../tensor/shape.ts";
import type { AttributeSpecs, Attributes, InferenceContext } from "./operator.ts";
import { unknownDimension } from "./shape-values.ts";

/** What Conv, ConvTranspose and the pools share. */
export const WINDOW_ATTRIBUTES = {
  auto_pad: { type: "string", default: "NOTSET" },
  dilations: { type: "ints" },
  kernel_shape: { type: "ints" },
  pads: { type: "ints" },
  strides: { type: "ints" },
} as const satisfies AttributeSpecs;

export type WindowAttributes = Attributes<typeof WINDOW_ATTRIBUTES>;

/** A window that moves over the spatial axes, those behind batch and channel. One number for each of them. */
export interface SlidingWindow {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/** What is added to both ends of each spatial axis. */
export interface Pads {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** The window of a node whose input has these spatial sizes, with the defaults of ONNX filled in. */
export function slidingWindow(kernel: readonly number[], attributes: WindowAttributes): SlidingWindow {
  const ones = kernel.map(() => 1);
  return { kernel, strides: attributes.strides ?? ones, dilations: attributes.dilations ?? ones };
}

/** How far the last element of the window lies from its first. */
export function reach({ kernel, dilations }: SlidingWindow, axis: number): number {
  return dilations[axis]! * (kernel[axis]! - 1);
}

/** The pads that are given or that `auto_pad` stands for; `undefined` when they depend on a size that is a symbol. */
export function windowPads(window: SlidingWindow, sizes: Shape, attributes: WindowAttributes): Pads | undefined {
  const { auto_pad, pads } = attributes;
  const rank = window.kernel.length;
  if (auto_pad === "VALID" || (auto_pad === "NOTSET" && pads === undefined)) {
    return splitPads(new Array<number>(2 * rank).fill(0));
  }
  if (auto_pad === "NOTSET") return splitPads(pads!);
  const totals = sizes.map((size, axis): Dimension => {
    const stride = window.strides[axis]!;
    if (stride === 1) return reach(window, axis);
    if (typeof size === "string") return size;
    return Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach(window, axis) + 1 - size);
  });
  return isStatic(totals) ? shareTotals(totals, auto_pad) : undefined;
}

/** Padding shared between both ends; the odd element goes to the end for SAME_UPPER, to the start for SAME_LOWER. */
export function shareTotals(totals: readonly number[], autoPad: string): Pads {
  const less = totals.map((total) => Math.floor(total / 2));
  const more = totals.map((total) => Math.ceil(total / 2));
  return autoPad === "SAME_LOWER" ? { before: more, after: less } : { before: less, after: more };
}

export function splitPads(pads: readonly number[]): Pads {
  const rank = pads.length / 2;
  return { before: pads.slice(0, rank), after: pads.slice(rank) };
}

export function joinPads({ before, after }: Pads): readonly number[] {
  return [...before, ...after];
}

/** Refuses attributes that do not fit the number of spatial axes. */
export function checkWindow(
  c: Pick<InferenceContext<typeof WINDOW_ATTRIBUTES>, "attributes" | "fail">,
  window: SlidingWindow,
  rank: number,
): void {
  const { auto_pad, pads, kernel_shape } = c.attributes;
  if (!["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"].includes(auto_pad)) {
    c.fail("auto_pad is NOTSET, VALID, SAME_UPPER or SAME_LOWER", auto_pad);
  }
  if (pads !== undefined && pads.length !== 2 * rank) c.fail(`two pads for each of ${rank} spatial axes`, `[${pads}]`);
  if (kernel_shape !== undefined && `${kernel_shape}` !== `${window.kernel}`) {
    c.fail(`kernel_shape is [${window.kernel}], as the weight's`, `[${kernel_shape}]`);
  }
  for (const [name, list] of Object.entries(window)) {
    if (list.length !== rank) c.fail(`${name} has a number for each of ${rank} spatial axes`, `[${list}]`);
    if (list.some((value: number) => value < 1)) c.fail(`${name} are at least 1`, `[${list}]`);
  }
}

/**
 * How many places the window takes along each spatial axis. Without pads they are those of `auto_pad`, as
 * many as strides fit. A symbolic size gives a symbolic result, the same for windows that take the same
 * places.
 *
 * @param options.isCeil Whether a last place that begins inside but ends outside counts.
 */
export function windowPlaces(
  c: Pick<InferenceContext<Record<never, never>>, "fail" | "where">,
  window: SlidingWindow,
  options: { readonly sizes: Shape; readonly pads: Pads | undefined; readonly isCeil?: boolean },
): Dimension[] {
  const { sizes, pads, isCeil = false } = options;
  return sizes.map((size, axis) => {
    const stride = window.strides[axis]!;
    if (pads === undefined) return divideDown(addDimensions([size, stride - 1]), stride);
    const padding = pads.before[axis]! + pads.after[axis]!;
    const room = padding - reach(window, axis);
    if (typeof size === "string") {
      if (isCeil && stride > 1) return unknownDimension(c.where, axis + 2);
      return divideDown(addDimensions([size, room - 1 + stride]), stride);
    }
    const steps = (size + room - 1) / stride;
    let count = (isCeil ? Math.ceil(steps) : Math.floor(steps)) + 1;
    if (isCeil && (count - 1) * stride >= size + pads.before[axis]!) count--;
    if (count < 1) c.fail(`the window [${window.kernel}] fits into the padded input`, showShape(sizes));
    return count;
  });
}

/** Every multi-index of a box of these sizes, in row-major order. */
export function positionsOf(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (positions, size) => positions.flatMap((head) => Array.from({ length: size }, (_, i) => [...head, i])),
    [[]],
  );
}
