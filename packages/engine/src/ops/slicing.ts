import type { Emitter } from "../graph/emitter.ts";
import type { Value } from "../graph/graph.ts";
import {
  addDimensions,
  type Dimension,
  divideDimensions,
  isStatic,
  normalizeAxis,
  showShape,
} from "../tensor/shape.ts";
import {
  type AttributeSpecs,
  type Attributes,
  defineOperator,
  type GradientContext,
  type InferenceContext,
  type Operator,
  type ReferenceTensor,
} from "./operator.ts";
import { padAlong } from "./pad-along.ts";
import { foldedPads } from "./pad-gradient.ts";
import { broadcastElement, tabulate } from "./reference-kernels.ts";
import { refuseGradient } from "./refuse-gradient.ts";
import {
  checkedAxes,
  checkedAxis,
  knownNumbers,
  mayEqual,
  requiredNumbers,
  shapePart,
  shapeVector,
  unknownDimension,
  withShape,
  zerosLike,
} from "./shape-values.ts";
import { padTo, reverse, sliceRange, TO_THE_END } from "./slice-places.ts";

type Rule = Pick<InferenceContext<Record<never, never>>, "inputs" | "contents" | "fail" | "where">;

const SLICE_ATTRIBUTES = {
  starts: { type: "ints" },
  ends: { type: "ints" },
  axes: { type: "ints" },
} as const satisfies AttributeSpecs;

const SPLIT_ATTRIBUTES = {
  axis: { type: "int", default: 0 },
  num_outputs: { type: "int" },
  split: { type: "ints" },
} as const satisfies AttributeSpecs;

/** The axes that a Pad names, from the front. */
function padded(b: Emitter, axes: Value, x: Value): number[] {
  return knownNumbers(b.contents(axes))!.map((axis) => normalizeAxis(axis, x.shape.length));
}

/** Parts of tensors, and tensors put together of parts. */
export const slicing = {
  Concat: defineOperator({
    inputs: ["...inputs"],
    outputs: ["concat_result"],
    strings: "moved",
    attributes: { axis: { type: "int", default: 0 } },
    infer: (c) => {
      const [first] = c.inputs;
      const parts = c.inputs.map((input) => input);
      const axis = checkedAxis(c, c.attributes.axis, first.shape.length);
      for (const { dtype, shape } of parts) {
        const fits =
          dtype === first.dtype &&
          shape.length === first.shape.length &&
          shape.every((size, i) => i === axis || mayEqual(size, first.shape[i]));
        if (!fits) {
          c.fail(
            `inputs agree in dtype and in all axes but ${axis}`,
            `${first.dtype} ${showShape(first.shape)} and ${dtype} ${showShape(shape)}`,
          );
        }
      }
      const shape = first.shape.map((size, i) =>
        i === axis
          ? addDimensions(parts.map((part) => part.shape[axis]!))
          : (parts.map((part) => part.shape[i]!).find((other) => typeof other === "number") ?? size),
      );
      const contents = parts.map((_, i) => c.contents(i));
      const known = shape.length === 1 && contents.every((part) => part !== undefined);
      return [{ dtype: first.dtype, shape, contents: known ? contents.flat() : undefined }];
    },
    gradient: ({ b, inputs, attributes, dy, needs }) => {
      const axis = normalizeAxis(attributes.axis, dy.shape.length);
      const wanted = inputs.flatMap((_, i) => (needs(i) ? [i] : []));
      const sizes: readonly Dimension[] = inputs.map((input) => input.shape[axis]!);
      const [only] = wanted;
      if (wanted.length === 1 && isStatic(sizes)) {
        const start = sizes.slice(0, only).reduce<number>((sum, size) => sum + size, 0);
        const part = b.op("Slice", [dy, b.ints([start]), b.ints([start + sizes[only!]!]), b.ints([axis])]);
        return inputs.map((_, i) => (i === only ? part : undefined));
      }
      const lengths = shapeVector(
        b,
        inputs.map((input) => shapePart(b, input, axis, axis + 1)),
      );
      return b.multi("Split", [dy, lengths], inputs.length, { axis });
    },
    reference: (inputs, { attributes }) => {
      const axis = normalizeAxis(attributes.axis, inputs[0].shape.length);
      const owner: ReferenceTensor[] = [];
      const offset: number[] = [];
      for (const input of inputs) {
        for (let i = 0; i < input.shape[axis]!; i++) {
          owner.push(input);
          offset.push(i);
        }
      }
      const shape = inputs[0].shape.with(axis, owner.length);
      return [
        tabulate(inputs[0].dtype, shape, (index) => {
          const at = index[axis]!;
          return broadcastElement(owner[at]!, index.with(axis, offset[at]!));
        }),
      ];
    },
  }),

  Split: defineOperator({
    inputs: ["input", "split?"],
    outputs: ["...outputs"],
    strings: "moved",
    attributes: SPLIT_ATTRIBUTES,
    infer: (c) => {
      const [x] = c.inputs;
      const axis = checkedAxis(c, c.attributes.axis, x.shape.length);
      const size = x.shape[axis]!;
      const sizes = splitSizes(c, size);
      if (sizes.length !== c.outputCount)
        c.fail(`${sizes.length} parts have ${sizes.length} outputs`, `${c.outputCount}`);
      const total = addDimensions(sizes);
      if (typeof total === "number" && typeof size === "number" && total !== size) {
        c.fail(`parts add up to size ${size} of axis ${axis}`, `[${sizes}]`);
      }
      return sizes.map((part) => ({ dtype: x.dtype, shape: x.shape.with(axis, part) }));
    },
    /** The parts of the gradient put together; a part that the loss does not depend on is zeros. */
    gradient: ({ b, inputs: [x], outputs, attributes, dys }) => {
      const parts = outputs.map((y, i) => {
        if (dys[i] !== undefined) return dys[i];
        return y === undefined ? refuseGradient(x, "Split", "each part needs a name") : zerosLike(b, y);
      });
      return [withShape(b, b.op("Concat", parts, { axis: attributes.axis }), x)];
    },
    reference: ([x, lengths], { attributes, outputCount }) => {
      const axis = normalizeAxis(attributes.axis, x.shape.length);
      const sizes =
        (lengths === undefined ? attributes.split : Array.from(lengths.data)) ??
        equalParts(x.shape[axis]!, attributes.num_outputs ?? outputCount);
      let start = 0;
      return sizes.map((size) => {
        const from = start;
        start += size;
        return tabulate(x.dtype, x.shape.with(axis, size), (index) =>
          broadcastElement(x, index.with(axis, from + index[axis]!)),
        );
      });
    },
  }),

  Slice: defineOperator({
    inputs: ["data", "starts?", "ends?", "axes?", "steps?"],
    outputs: ["output"],
    strings: "moved",
    attributes: SLICE_ATTRIBUTES,
    infer: (c) => {
      const [x] = c.inputs;
      const { axes, starts, ends, steps } = sliceParameters(c, x.shape.length);
      const shape = [...x.shape];
      for (const [i, axis] of axes.entries()) {
        const step = steps?.[i];
        if (step === 0) c.fail("steps are not 0", `[${steps}]`);
        shape[axis] =
          slicedSize({ size: x.shape[axis]!, start: starts?.[i], end: ends?.[i], step }) ??
          unknownDimension(c.where, axis);
      }
      return [{ dtype: x.dtype, shape, contents: slicedContents(c, { starts, ends, steps }) }];
    },
    gradient: (c) => {
      const { b, inputs, outputs, attributes } = c;
      const [x] = inputs;
      const parameters = sliceParameters(
        {
          inputs,
          attributes,
          contents: (input) => (inputs[input] === undefined ? undefined : b.contents(inputs[input])),
          fail: (rule) => refuseGradient(outputs[0], "Slice", rule),
        },
        x.shape.length,
      );
      const { axes, steps } = parameters;
      if (steps === undefined) return refuseGradient(outputs[0], "Slice", "steps must be known before the graph runs");
      if (steps.every((step) => step === 1)) return [unslice(c, parameters)];
      return [unsliceSteps(c, { ...parameters, axes, steps })];
    },
    reference: ([x, starts, ends, axes, steps], { attributes }) => {
      const ranges = x.shape.map((size) => ({ start: 0, step: 1, length: size }));
      const from = starts === undefined ? attributes.starts! : Array.from(starts.data);
      const to = ends === undefined ? attributes.ends! : Array.from(ends.data);
      const named = axes === undefined ? (attributes.axes ?? [...from.keys()]) : Array.from(axes.data);
      for (const [i, axis] of named.entries()) {
        const at = normalizeAxis(axis, x.shape.length);
        ranges[at] = sliceRange(x.shape[at]!, from[i]!, to[i]!, steps?.data[i] ?? 1);
      }
      return [
        tabulate(
          x.dtype,
          ranges.map((range) => range.length),
          (index) =>
            broadcastElement(
              x,
              index.map((i, axis) => ranges[axis]!.start + i * ranges[axis]!.step),
            ),
        ),
      ];
    },
  }),

  Pad: defineOperator({
    inputs: ["data", "pads?", "constant_value?", "axes?"],
    outputs: ["output"],
    attributes: {
      mode: { type: "string", default: "constant" },
      pads: { type: "ints" },
      value: { type: "float", default: 0 },
    },
    infer: (c) => {
      const [x] = c.inputs;
      const rank = x.shape.length;
      const axes = padAxes(c, rank);
      if (c.inputs[1] === undefined && c.attributes.pads === undefined) c.fail("pads are given", "none");
      const pads = c.inputs[1] === undefined ? c.attributes.pads : c.contents(1);
      if (pads !== undefined && pads.length !== 2 * axes.length) {
        c.fail(`two pads for each of ${axes.length} axes`, `${pads.length}`);
      }
      const shape = [...x.shape];
      for (const [i, axis] of axes.entries()) {
        shape[axis] =
          pads === undefined
            ? unknownDimension(c.where, axis)
            : addDimensions([x.shape[axis]!, pads[i]!, pads[i + axes.length]!]);
      }
      return [{ dtype: x.dtype, shape }];
    },
    /**
     * What was added is cut off, and the other way round: Pad with the negative pads. Copies of elements are
     * added to these.
     */
    gradient: ({ b, inputs: [x, pads, , axes], outputs: [y], attributes, dy, needs }) => {
      if (needs(2)) return refuseGradient(y, "Pad", "the padding value is a constant");
      const known = pads === undefined ? attributes.pads : knownNumbers(b.contents(pads));
      if (attributes.mode !== "constant") {
        const named = axes === undefined ? x.shape.map((_, axis) => axis) : knownNumbers(b.contents(axes))!;
        return [foldedPads(b, { x, y, dy }, { mode: attributes.mode, axes: named, pads: known })];
      }
      const negative = known === undefined ? b.op("Neg", [pads]) : known.map((pad) => 0 - pad);
      const named = axes === undefined ? x.shape.map((_, axis) => axis) : padded(b, axes, x);
      return [withShape(b, padAlong(b, dy, { axes: named, pads: negative }), x)];
    },
    reference: ([x, pads, value, axes], { attributes }) => {
      const rank = x.shape.length;
      const amounts = pads === undefined ? attributes.pads! : Array.from(pads.data);
      const before = new Array<number>(rank).fill(0);
      const shape = [...x.shape];
      const named = axes === undefined ? shape.map((_, axis) => axis) : Array.from(axes.data);
      for (const [i, axis] of named.entries()) {
        const at = normalizeAxis(axis, rank);
        before[at] = amounts[i]!;
        shape[at]! += amounts[i]! + amounts[i + named.length]!;
      }
      const fill = value?.data[0] ?? attributes.value;
      return [
        tabulate(x.dtype, shape, (index) => {
          const source = index.map((i, axis) => paddedIndex(i - before[axis]!, x.shape[axis]!, attributes.mode));
          return source.includes(-1) ? fill : broadcastElement(x, source);
        }),
      ];
    },
  }),
} satisfies Record<string, Operator>;

/** The index that padding reads, −1 for the fill value. */
function paddedIndex(index: number, size: number, mode: string): number {
  if (index >= 0 && index < size) return index;
  if (mode === "constant") return -1;
  if (mode === "edge") return index < 0 ? 0 : size - 1;
  if (mode === "wrap") return ((index % size) + size) % size;
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const folded = ((index % period) + period) % period;
  return folded < size ? folded : period - folded;
}

function padAxes(c: Rule, rank: number): readonly number[] {
  if (c.inputs[3] === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  return checkedAxes(c, requiredNumbers(c, 3, undefined, "axes"), rank);
}

function equalParts(size: number, count: number): number[] {
  const part = Math.ceil(size / count);
  return Array.from({ length: count }, (_, i) => Math.max(0, Math.min(part, size - i * part)));
}

function splitSizes(
  c: Rule & { readonly attributes: Attributes<typeof SPLIT_ATTRIBUTES>; readonly outputCount: number },
  size: Dimension,
): readonly Dimension[] {
  const given = c.inputs[1] === undefined ? c.attributes.split : c.contents(1);
  if (given !== undefined) return given;
  const unknown = () => Array.from({ length: c.outputCount }, (_, i) => unknownDimension(c.where, i));
  if (c.inputs[1] !== undefined) return unknown();
  const count = c.attributes.num_outputs ?? c.outputCount;
  if (count !== c.outputCount) c.fail(`num_outputs ${count} is the number of outputs`, `${c.outputCount}`);
  if (typeof size === "number") return equalParts(size, count);
  const part = divideDimensions(size, count);
  return part === undefined ? unknown() : Array.from({ length: count }, () => part);
}

interface SliceParameters {
  readonly axes: readonly number[];
  readonly starts: readonly Dimension[] | undefined;
  readonly ends: readonly Dimension[] | undefined;
  readonly steps: readonly number[] | undefined;
}

/** Starts and ends may be known in part, or not at all; axes must be known. */
function sliceParameters(
  c: Omit<Rule, "where"> & { readonly attributes: Attributes<typeof SLICE_ATTRIBUTES> },
  rank: number,
): SliceParameters {
  for (const [i, name] of ["starts", "ends"].entries())
    if (c.inputs[i + 1] === undefined && c.attributes[name as "starts" | "ends"] === undefined)
      c.fail(`${name} are given`, "none");
  const starts = c.inputs[1] === undefined ? c.attributes.starts : c.contents(1);
  const ends = c.inputs[2] === undefined ? c.attributes.ends : c.contents(2);
  const count = starts?.length ?? ends?.length ?? c.inputs[1]?.shape[0];
  if (typeof count !== "number") return c.fail("the number of sliced axes is known", String(count));
  const inOrder = c.attributes.axes ?? Array.from({ length: count }, (_, axis) => axis);
  const axes = checkedAxes(c, requiredNumbers(c, 3, inOrder, "axes"), rank);
  const steps = c.inputs[4] === undefined ? axes.map(() => 1) : knownNumbers(c.contents(4));
  for (const [name, list] of Object.entries({ starts, ends, steps })) {
    if (list !== undefined && list.length !== axes.length) {
      c.fail(`one of ${name} for each of ${axes.length} axes`, `${list.length}`);
    }
  }
  return { axes, starts, ends, steps };
}

/** The number of elements a slice takes, as far as it can be told; symbolic slices are taken to lie within the axis. */
function slicedSize(slice: {
  size: Dimension;
  start: Dimension | undefined;
  end: Dimension | undefined;
  step: number | undefined;
}): Dimension | undefined {
  const { size, start, end, step } = slice;
  if (start === undefined || end === undefined || step === undefined) return undefined;
  if (typeof size === "number" && typeof start === "number" && typeof end === "number") {
    return sliceRange(size, start, end, step).length;
  }
  if (step === -1 && start === -1 && typeof end === "number" && end <= -TO_THE_END) return size;
  if (step !== 1) return undefined;
  const toTheEnd = end === size || (typeof end === "number" && end >= TO_THE_END);
  if (toTheEnd && typeof start === "number") {
    if (start >= 0) return addDimensions([size, -start]);
    return start === -1 ? 1 : undefined;
  }
  if (start === 0 && typeof end === "string") return end;
  if (start === 0 && typeof end === "number" && end < 0) return addDimensions([size, end]);
  if (typeof start === "number" && end === start + 1 && end !== 0) return 1;
  return undefined;
}

function slicedContents(
  c: Rule,
  { starts, ends, steps }: Omit<SliceParameters, "axes">,
): readonly Dimension[] | undefined {
  const contents = c.contents(0);
  const [start, end, step] = [starts?.[0], ends?.[0], steps?.[0]];
  if (contents === undefined || c.inputs[0]!.shape.length !== 1) return undefined;
  if (typeof start !== "number" || typeof end !== "number" || step === undefined) return undefined;
  const range = sliceRange(contents.length, start, end, step);
  return Array.from({ length: range.length }, (_, i) => contents[range.start + i * step]!);
}

type SliceGradient = Pick<GradientContext<typeof SLICE_ATTRIBUTES>, "b" | "inputs" | "attributes" | "dy">;

/** The gradient of a slice of step 1: zeros around it. */
function unslice({ b, inputs, attributes, dy }: SliceGradient, { axes, starts }: SliceParameters): Value {
  const x = inputs[0]!;
  const firsts = inputs[1] ?? b.ints(attributes.starts!);
  return padTo(b, dy, { like: x, axes, starts: starts ?? firsts });
}

/**
 * The gradient of a slice with steps: along each axis the slice is turned around if its step is negative, spread out with
 * step − 1 zeros after each element, and put into its place.
 */
function unsliceSteps(
  { b, inputs, dy }: SliceGradient,
  { axes, starts, steps, ends }: SliceParameters & { steps: readonly number[] },
): Value {
  const x = inputs[0]!;
  let result = dy;
  for (const [i, axis] of axes.entries()) {
    const [size, start, end, step] = [x.shape[axis]!, starts?.[i], ends?.[i], steps[i]!];
    if (step < 0) result = reverse(b, result, axis);
    if (step === -1 && slicedSize({ size, start, end, step }) === size) continue;
    if (typeof size !== "number" || typeof start !== "number" || typeof end !== "number") {
      return refuseGradient(dy, "Slice", "with steps, sizes, starts and ends must be known before the graph runs");
    }
    const { start: first, length } = sliceRange(size, start, end, step);
    const stride = Math.abs(step);
    if (stride > 1) {
      const apart = b.op("Unsqueeze", [result, b.ints([axis + 1])]);
      const spread = padAlong(b, apart, { axes: [axis + 1], pads: [0, stride - 1] });
      const rank = result.shape.length;
      const shape = [shapePart(b, result, 0, axis), [length * stride], shapePart(b, result, axis + 1, rank)];
      result = b.op("Reshape", [spread, shapeVector(b, shape)]);
    }
    const before = step < 0 ? first + (length - 1) * step : first;
    const after = size - before - length * stride;
    if (before !== 0 || after !== 0) {
      result = padAlong(b, result, { axes: [axis], pads: [before, after] });
    }
  }
  return result;
}
