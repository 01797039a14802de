import {
  broadcastShapes,
  type Dimension,
  divideDimensions,
  isStatic,
  multiplyDimensions,
  normalizeAxis,
  type Shape,
  showShape,
} from "../tensor/shape.ts";
import { elementCount } from "../tensor/tensor.ts";
import { reshapeLike, sumToShape } from "./gradient-shapes.ts";
import { defineOperator, type InferenceContext, type Operator } from "./operator.ts";
import { broadcastElement, staticBroadcast, tabulate } from "./reference-kernels.ts";
import { refuseGradient } from "./refuse-gradient.ts";
import {
  checkedAxes,
  knownNumbers,
  requiredNumbers,
  type ShapePart,
  shapePart,
  shapeVector,
  unknownDimension,
  withShape,
} from "./shape-values.ts";

type Rule = Pick<InferenceContext<Record<never, never>>, "inputs" | "contents" | "fail" | "where">;

/** The same elements under another shape or order of axes, or repeated. */
export const movement = {
  Reshape: defineOperator({
    inputs: ["data", "shape?"],
    outputs: ["reshaped"],
    strings: "moved",
    attributes: { allowzero: { type: "int", default: 0 }, shape: { type: "ints" } },
    infer: (c) => {
      const [x] = c.inputs;
      const shape = reshaped(c, x.shape, c.attributes);
      return [{ dtype: x.dtype, shape, contents: c.contents(0) }];
    },
    gradient: ({ b, inputs: [x], dy }) => [reshapeLike(b, dy, x)],
    reference: ([x, target], { attributes: { shape, allowzero } }) => {
      const wanted = target === undefined ? [...shape!] : Array.from(target.data);
      const sizes = wanted.map((size, axis) => (size === 0 && allowzero === 0 ? x.shape[axis]! : size));
      const known = elementCount(sizes.filter((size) => size !== -1));
      return [{ ...x, shape: sizes.map((size) => (size === -1 ? x.data.length / known : size)) }];
    },
  }),

  Flatten: defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    strings: "moved",
    attributes: { axis: { type: "int", default: 1 } },
    infer: (c) => {
      const [x] = c.inputs;
      const rank = x.shape.length;
      const axis = normalizeAxis(c.attributes.axis, rank);
      if (axis < 0 || axis > rank) c.fail(`axis lies in [${-rank}, ${rank}]`, String(c.attributes.axis));
      return [
        {
          dtype: x.dtype,
          shape: [multiplyDimensions(x.shape.slice(0, axis)), multiplyDimensions(x.shape.slice(axis))],
        },
      ];
    },
    gradient: ({ b, inputs: [x], dy }) => [reshapeLike(b, dy, x)],
    reference: ([x], { attributes }) => {
      const axis = normalizeAxis(attributes.axis, x.shape.length);
      return [{ ...x, shape: [elementCount(x.shape.slice(0, axis)), elementCount(x.shape.slice(axis))] }];
    },
  }),

  Transpose: defineOperator({
    inputs: ["data"],
    outputs: ["transposed"],
    strings: "moved",
    attributes: { perm: { type: "ints" } },
    infer: (c) => {
      const [x] = c.inputs;
      const perm = permutation(c.attributes.perm, x.shape.length);
      if (perm.toSorted((a, b) => a - b).some((axis, i) => axis !== i) || perm.length !== x.shape.length) {
        c.fail(`perm names each of ${x.shape.length} axes once`, `[${perm}]`);
      }
      return [{ dtype: x.dtype, shape: perm.map((axis) => x.shape[axis]!) }];
    },
    gradient: ({ b, inputs: [x], attributes, dy }) => {
      const perm = permutation(attributes.perm, x.shape.length);
      return [b.op("Transpose", [dy], { perm: perm.map((_, axis) => perm.indexOf(axis)) })];
    },
    reference: ([x], { attributes }) => {
      const perm = permutation(attributes.perm, x.shape.length);
      const source = new Array<number>(perm.length);
      return [
        tabulate(
          x.dtype,
          perm.map((axis) => x.shape[axis]!),
          (index) => {
            for (const [i, axis] of perm.entries()) source[axis] = index[i]!;
            return broadcastElement(x, source);
          },
        ),
      ];
    },
  }),

  Squeeze: defineOperator({
    inputs: ["data", "axes?"],
    outputs: ["squeezed"],
    strings: "moved",
    attributes: { axes: { type: "ints" } },
    infer: (c) => {
      const [x] = c.inputs;
      const given = c.inputs[1] !== undefined || c.attributes.axes !== undefined;
      const axes = given
        ? checkedAxes(c, requiredNumbers(c, 1, c.attributes.axes, "axes"), x.shape.length)
        : x.shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
      if (axes.some((axis) => typeof x.shape[axis] === "number" && x.shape[axis] !== 1)) {
        c.fail("squeezed axes have size 1", `axes [${axes}] of ${showShape(x.shape)}`);
      }
      return [{ dtype: x.dtype, shape: x.shape.filter((_, axis) => !axes.includes(axis)), contents: c.contents(0) }];
    },
    gradient: ({ b, inputs: [x, axes], attributes, dy }) => {
      const squeezed =
        knownNumbers(axes === undefined ? attributes.axes : b.contents(axes)) ??
        x.shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
      return [b.op("Unsqueeze", [dy, b.ints(squeezed)])];
    },
    reference: ([x, axes], { attributes }) => {
      const named = axes === undefined ? attributes.axes : Array.from(axes.data);
      const squeezed = named?.map((axis) => normalizeAxis(axis, x.shape.length));
      return [{ ...x, shape: x.shape.filter((size, axis) => (squeezed ? !squeezed.includes(axis) : size !== 1)) }];
    },
  }),

  Unsqueeze: defineOperator({
    inputs: ["data", "axes?"],
    outputs: ["expanded"],
    strings: "moved",
    attributes: { axes: { type: "ints" } },
    infer: (c) => {
      const [x] = c.inputs;
      const axes = requiredNumbers(c, 1, c.attributes.axes, "axes");
      const checked = checkedAxes(c, axes, x.shape.length + axes.length);
      return [{ dtype: x.dtype, shape: unsqueezed(x.shape, checked), contents: c.contents(0) }];
    },
    gradient: ({ b, inputs: [, axes], attributes, dy }) => [b.op("Squeeze", [dy, axes ?? b.ints(attributes.axes!)])],
    reference: ([x, axes], { attributes }) => {
      const named = axes === undefined ? attributes.axes! : Array.from(axes.data);
      const rank = x.shape.length + named.length;
      const shape = unsqueezed(
        x.shape,
        named.map((axis) => normalizeAxis(axis, rank)),
      );
      return [{ ...x, shape: shape as number[] }];
    },
  }),

  Expand: defineOperator({
    inputs: ["input", "shape"],
    outputs: ["output"],
    strings: "moved",
    attributes: {},
    infer: (c) => {
      const [x] = c.inputs;
      const target = targetShape(c, 1);
      const shape = broadcastShapes(x.shape, target);
      if (shape === undefined) {
        return c.fail("the input broadcasts to the shape", `${showShape(x.shape)} and ${showShape(target)}`);
      }
      return [{ dtype: x.dtype, shape }];
    },
    gradient: ({ b, inputs: [x], dy }) => [sumToShape(b, dy, x)],
    reference: ([x, target]) => [
      tabulate(x.dtype, staticBroadcast(x.shape, Array.from(target.data)), (index) => broadcastElement(x, index)),
    ],
  }),

  Tile: defineOperator({
    inputs: ["input", "repeats"],
    outputs: ["output"],
    strings: "moved",
    attributes: {},
    infer: (c) => {
      const [x] = c.inputs;
      const repeats = c.contents(1);
      if (repeats !== undefined && repeats.length !== x.shape.length) {
        c.fail(`one repeat for each of ${x.shape.length} axes`, `${repeats.length}`);
      }
      const shape = x.shape.map((size, axis) =>
        repeats === undefined ? unknownDimension(c.where, axis) : multiplyDimensions([size, repeats[axis]!]),
      );
      return [{ dtype: x.dtype, shape }];
    },
    /** dy as [repeats₀, size₀, repeats₁, size₁, …], summed over the repeats. */
    gradient: ({ b, inputs: [x, repeats], dy }) => {
      const rank = x.shape.length;
      if (rank === 0) return [dy];
      const known = knownNumbers(b.contents(repeats));
      const repeatsOf = (axis: number): ShapePart =>
        known === undefined ? b.op("Slice", [repeats, b.ints([axis]), b.ints([axis + 1])]) : [known[axis]!];
      const pairs = x.shape.flatMap((_, axis) => [repeatsOf(axis), shapePart(b, x, axis, axis + 1)]);
      const split = b.op("Reshape", [dy, shapeVector(b, pairs)], { allowzero: 1 });
      const axes = b.ints(x.shape.map((_, axis) => 2 * axis));
      return [withShape(b, b.op("ReduceSum", [split, axes], { keepdims: 0 }), x)];
    },
    reference: ([x, repeats]) => [
      tabulate(
        x.dtype,
        x.shape.map((size, axis) => size * repeats.data[axis]!),
        (index) =>
          broadcastElement(
            x,
            index.map((i, axis) => i % x.shape[axis]!),
          ),
      ),
    ],
  }),

  DepthToSpace: defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    attributes: { blocksize: { type: "int", default: 1 }, mode: { type: "string", default: "DCR" } },
    infer: (c) => {
      const [n, channels, height, width] = fourAxes(c);
      const { blocksize } = c.attributes;
      const depth = divideDimensions(channels, blocksize * blocksize);
      if (depth === undefined) {
        return c.fail(`channels are divisible by ${blocksize * blocksize}`, String(channels));
      }
      const shape = [n, depth, multiplyDimensions([height, blocksize]), multiplyDimensions([width, blocksize])];
      return [{ dtype: c.inputs[0].dtype, shape }];
    },
    /** The blocks of dy as axes of their own, [n, depth, height, block, width, block], moved back to the channels. */
    gradient: ({ b, inputs: [x], outputs: [y], attributes: { blocksize, mode }, dy }) => {
      if (mode === "DCR") return [b.op("SpaceToDepth", [dy], { blocksize })];
      const perm = [0, 1, 3, 5, 2, 4];
      const [, channels, height, width] = x.shape;
      const depth = divideDimensions(channels!, blocksize * blocksize)!;
      if (!isStatic([depth, height!, width!])) {
        return refuseGradient(y, "DepthToSpace", "in CRD mode, channels, height and width must be known numbers");
      }
      const blocks = b.ints([-1, Number(depth), Number(height), blocksize, Number(width), blocksize]);
      return [reshapeLike(b, b.op("Transpose", [b.op("Reshape", [dy, blocks])], { perm }), x)];
    },
    reference: ([x], { attributes: { blocksize, mode } }) => {
      const [n, channels, height, width] = x.shape as [number, number, number, number];
      const depth = channels / (blocksize * blocksize);
      return [
        tabulate(x.dtype, [n, depth, height * blocksize, width * blocksize], ([i, d, h, w]) => {
          const block = (h! % blocksize) * blocksize + (w! % blocksize);
          const channel = mode === "DCR" ? block * depth + d! : d! * blocksize * blocksize + block;
          return broadcastElement(x, [i!, channel, Math.floor(h! / blocksize), Math.floor(w! / blocksize)]);
        }),
      ];
    },
  }),

  SpaceToDepth: defineOperator({
    inputs: ["input"],
    outputs: ["output"],
    attributes: { blocksize: { type: "int", default: 1 } },
    infer: (c) => {
      const [n, channels, height, width] = fourAxes(c);
      const { blocksize } = c.attributes;
      const [rows, columns] = [divideDimensions(height, blocksize), divideDimensions(width, blocksize)];
      if (rows === undefined || columns === undefined) {
        return c.fail(`height and width are divisible by ${blocksize}`, `${height} × ${width}`);
      }
      const shape = [n, multiplyDimensions([channels, blocksize * blocksize]), rows, columns];
      return [{ dtype: c.inputs[0].dtype, shape }];
    },
    gradient: ({ b, attributes: { blocksize }, dy }) => [b.op("DepthToSpace", [dy], { blocksize })],
    reference: ([x], { attributes: { blocksize } }) => {
      const [n, channels, height, width] = x.shape as [number, number, number, number];
      const shape = [n, channels * blocksize * blocksize, height / blocksize, width / blocksize];
      return [
        tabulate(x.dtype, shape, ([i, channel, h, w]) => {
          const block = Math.floor(channel! / channels);
          const row = h! * blocksize + Math.floor(block / blocksize);
          return broadcastElement(x, [i!, channel! % channels, row, w! * blocksize + (block % blocksize)]);
        }),
      ];
    },
  }),
} satisfies Record<string, Operator>;

function permutation(perm: readonly number[] | undefined, rank: number): readonly number[] {
  return perm ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
}

function unsqueezed(shape: Shape, axes: readonly number[]): Dimension[] {
  const sizes = [...shape];
  for (const axis of axes.toSorted((a, b) => a - b)) sizes.splice(axis, 0, 1);
  return sizes;
}

function fourAxes(c: Rule): [Dimension, Dimension, Dimension, Dimension] {
  const { shape } = c.inputs[0]!;
  if (shape.length !== 4) c.fail("the input is [batch, channels, height, width]", showShape(shape));
  return shape as unknown as [Dimension, Dimension, Dimension, Dimension];
}

/** The shape that an int64 vector describes, with sizes of their own for those that only a run can tell. */
export function targetShape(c: Rule, input: number): Shape {
  const dtype = c.inputs[input]?.dtype ?? "none";
  if (dtype !== "int64") c.fail("a shape is int64", dtype);
  const contents = c.contents(input);
  if (contents !== undefined) return contents;
  const rank = c.inputs[input]?.shape[0];
  if (typeof rank !== "number") return c.fail("the rank of the result is known before the graph runs", String(rank));
  return Array.from({ length: rank }, (_, axis) => unknownDimension(c.where, axis));
}

/** Reshape's rule: 0 copies a size, unless `allowzero`, and one −1 takes what is left. */
function reshaped(
  c: Rule,
  from: Shape,
  attributes: { shape: readonly number[] | undefined; allowzero: number },
): Shape {
  const target = (c.inputs[1] === undefined ? attributes.shape : undefined) ?? targetShape(c, 1);
  const sizes = target.map((size, axis) => {
    if (size !== 0 || attributes.allowzero === 1) return size;
    return from[axis] ?? c.fail(`size 0 copies one of the sizes of ${showShape(from)}`, showShape(target));
  });
  const rest = sizes.indexOf(-1);
  if (rest !== sizes.lastIndexOf(-1)) c.fail("at most one size is −1", showShape(target));
  if (sizes.some((size) => typeof size === "number" && size < -1)) c.fail("sizes are not negative", showShape(target));
  const total = multiplyDimensions(from);
  const others = multiplyDimensions(sizes.filter((_, axis) => axis !== rest));
  const misfit = () => c.fail(`the shape holds the elements of ${showShape(from)}`, showShape(target));
  if (rest < 0) {
    if (typeof total === "number" && typeof others === "number" && total !== others) misfit();
    return sizes;
  }
  const left = divideDimensions(total, others);
  if (left === undefined && typeof total === "number" && typeof others === "number") misfit();
  return sizes.with(rest, left ?? unknownDimension(c.where, rest));
}
