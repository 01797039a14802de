import type { Value } from "../graph/graph.ts";
import { DTYPES } from "../tensor/dtype.ts";
import { type Dimension, type Shape, showShape } from "../tensor/shape.ts";
import { countAlong, expandLike, reshapeLike } from "./gradient-shapes.ts";
import {
  type AttributeSpecs,
  type Attributes,
  defineOperator,
  type InferenceContext,
  type InferredType,
  type Operator,
  type ReferenceTensor,
} from "./operator.ts";
import { averagePoolGradient, lpFactors, lpPoolGradient, maxPoolGradient } from "./pooling-gradients.ts";
import { largest, reduceElements, stridesOf, sum, tabulate } from "./reference-kernels.ts";
import { refuseGradient } from "./refuse-gradient.ts";
import { unknownDimension } from "./shape-values.ts";
import {
  checkWindow,
  type Pads,
  positionsOf,
  type SlidingWindow,
  slidingWindow,
  WINDOW_ATTRIBUTES,
  windowPads,
  windowPlaces,
} from "./sliding-window.ts";

const POOL_ATTRIBUTES = {
  ...WINDOW_ATTRIBUTES,
  ceil_mode: { type: "int", default: 0 },
} as const satisfies AttributeSpecs;

const AVERAGE_ATTRIBUTES = {
  ...POOL_ATTRIBUTES,
  count_include_pad: { type: "int", default: 0 },
} as const satisfies AttributeSpecs;

const UNPOOL_ATTRIBUTES = {
  kernel_shape: { type: "ints" },
  pads: { type: "ints" },
  strides: { type: "ints" },
} as const satisfies AttributeSpecs;

const P = { type: "int", default: 2 } as const;

/** Inputs are [N, C, spatial axes…], of any number of spatial axes. */
export const pooling = {
  /** The largest element of each window; the optional second output is its place in the flattened input. */
  MaxPool: defineOperator({
    inputs: ["X"],
    outputs: ["Y", "Indices?"],
    attributes: { ...POOL_ATTRIBUTES, storage_order: { type: "int", default: 0 } },
    infer: (c) => {
      const [y] = inferPool(c);
      return [y!, { dtype: "int64", shape: y!.shape }];
    },
    /** The whole gradient of a window goes to the first of its largest elements. */
    gradient: ({ b, inputs: [x], outputs, attributes, dy }) => {
      const [y, indices] = outputs;
      if (attributes.storage_order !== 0) return refuseGradient(y, "MaxPool", "storage_order 1 is for inference");
      return [maxPoolGradient(b, { x, y, indices, dy }, attributes)];
    },
    reference: ([x], { attributes }) => {
      const strides = stridesOf(x.shape);
      const indices = pool(x, attributes, (window) => {
        const most = largest(window.map((at) => x.data[at]!));
        return window.find((at) => x.data[at] === most)!;
      });
      const columnMajor = (at: number) => (attributes.storage_order === 0 ? at : columnMajorIndex(x, strides, at));
      return [
        { ...indices, data: indices.data.map((at) => x.data[at]!) },
        { ...indices, dtype: "int64", data: indices.data.map(columnMajor) },
      ];
    },
  }),

  /**
   * Each element at its place in the flattened output, zeros around: undoes a MaxPool whose windows do not overlap. Of elements that share
   * a place the last one stays.
   */
  MaxUnpool: defineOperator({
    inputs: ["X", "I", "output_shape?"],
    outputs: ["output"],
    attributes: UNPOOL_ATTRIBUTES,
    infer: (c) => {
      const [x, places, size] = c.inputs;
      const rank = x.shape.length;
      if (places.shape.length !== rank) c.fail(`the places have rank ${rank}`, showShape(places.shape));
      const { kernel_shape: kernel } = c.attributes;
      if (kernel?.length !== rank - 2) return c.fail(`kernel_shape has ${rank - 2} sizes`, `${kernel?.length ?? 0}`);
      const given = size === undefined ? unpooledShape(x.shape, c.attributes) : c.contents(2);
      return [{ dtype: x.dtype, shape: x.shape.map((_, axis) => given?.[axis] ?? unknownDimension(c.where, axis)) }];
    },
    gradient: ({ b, inputs: [x, places], dy }) => {
      const flat = (value: Value) => b.op("Reshape", [value, b.ints([-1])]);
      return [reshapeLike(b, b.op("Gather", [flat(dy), flat(places)]), x)];
    },
    reference: ([x, places, size], { attributes }) => {
      const shape = size?.data ?? unpooledShape(x.shape, attributes).map(Number);
      const unpooled = tabulate(x.dtype, Array.from(shape), () => 0);
      x.data.forEach((value, i) => {
        unpooled.data[places.data[i]!] = value;
      });
      return [unpooled];
    },
  }),

  /** The mean of each window; pads count as zeros only with `count_include_pad`. */
  AveragePool: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: AVERAGE_ATTRIBUTES,
    infer: (c) => inferPool(c),
    gradient: ({ b, inputs: [x], outputs: [y], attributes, dy }) => {
      const padded = differentiableWindow("AveragePool", { x, y }, attributes);
      return [averagePoolGradient(b, { x, dy }, { ...padded, countsPads: attributes.count_include_pad === 1 })];
    },
    reference: ([x], { attributes }) => [
      pool(x, attributes, (window, size) => sum(window.map((at) => x.data[at]!)) / size),
    ],
  }),

  /** The p-norm of each window. */
  LpPool: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: { ...POOL_ATTRIBUTES, p: P },
    infer: (c) => {
      checkP(c);
      return inferPool(c);
    },
    gradient: ({ b, inputs: [x], outputs: [y], attributes, dy }) => [
      lpPoolGradient(b, { x, y, dy, p: attributes.p }, differentiableWindow("LpPool", { x, y }, attributes)),
    ],
    reference: ([x], { attributes }) => [
      pool(x, attributes, (window) =>
        pNorm(
          window.map((at) => x.data[at]!),
          attributes.p,
        ),
      ),
    ],
  }),

  GlobalLpPool: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: { p: P },
    infer: (c) => {
      checkP(c);
      return inferGlobalPool(c);
    },
    gradient: ({ b, inputs: [x], outputs: [y], attributes: { p }, dy }) => {
      if (p === 1) return [b.op("Mul", [b.op("Sign", [x]), dy])];
      const { inner, outer } = lpFactors(b, { x, y, p });
      return [b.op("Mul", [inner, b.op("Div", [dy, outer])])];
    },
    reference: ([x], { attributes: { p } }) => [reduceElements(x, spatialAxes(x.shape), (group) => pNorm(group, p))],
  }),

  GlobalAveragePool: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {},
    infer: inferGlobalPool,
    gradient: ({ b, inputs: [x], dy }) => [expandLike(b, b.op("Div", [dy, countAlong(b, x, spatialAxes(x.shape))]), x)],
    reference: ([x]) => [reduceElements(x, spatialAxes(x.shape), (group) => sum(group) / group.length)],
  }),

  /** Elements that attain the maximum share the gradient evenly, as in ReduceMax. */
  GlobalMaxPool: defineOperator({
    inputs: ["X"],
    outputs: ["Y"],
    attributes: {},
    infer: inferGlobalPool,
    gradient: ({ b, inputs: [x], outputs: [y], dy }) => {
      const attained = b.op("Cast", [b.op("Equal", [x, y])], { to: DTYPES[x.dtype].onnx });
      const ties = b.op("ReduceSum", [attained, b.ints(spatialAxes(x.shape))], { keepdims: 1 });
      return [b.op("Mul", [attained, b.op("Div", [dy, ties])])];
    },
    reference: ([x]) => [reduceElements(x, spatialAxes(x.shape), largest)],
  }),
} satisfies Record<string, Operator>;

function inferPool(
  c: Pick<InferenceContext<typeof POOL_ATTRIBUTES>, "inputs" | "attributes" | "fail" | "where">,
): readonly InferredType[] {
  const { dtype, shape } = c.inputs[0]!;
  const rank = shape.length - 2;
  if (rank < 1) c.fail("the input is [batch, channels, spatial axes…]", showShape(shape));
  const { kernel_shape, ceil_mode } = c.attributes;
  if (kernel_shape === undefined) return c.fail("kernel_shape is given", "none");
  const window = slidingWindow(kernel_shape, c.attributes);
  checkWindow(c, window, rank);
  const sizes = shape.slice(2);
  const pads = windowPads(window, sizes, c.attributes);
  return [
    { dtype, shape: [...shape.slice(0, 2), ...windowPlaces(c, window, { sizes, pads, isCeil: ceil_mode === 1 })] },
  ];
}

function checkP({
  attributes: { p },
  fail,
}: {
  attributes: { p: number };
  fail: InferenceContext<AttributeSpecs>["fail"];
}) {
  if (p < 1) fail("p is at least 1", String(p));
}

function pNorm(values: readonly number[], p: number): number {
  return sum(values.map((value) => Math.abs(value) ** p)) ** (1 / p);
}

/** The window of a pool whose gradient spreads what each window gives. */
function differentiableWindow(
  opType: string,
  { x, y }: { readonly x: Value; readonly y: Value },
  attributes: Attributes<typeof POOL_ATTRIBUTES>,
): { readonly window: SlidingWindow; readonly pads: Pads } {
  const window = slidingWindow(attributes.kernel_shape!, attributes);
  const pads =
    windowPads(window, x.shape.slice(2), attributes) ??
    refuseGradient(y, opType, `auto_pad ${attributes.auto_pad} with strides needs known sizes`);
  return { window, pads };
}

function inferGlobalPool(c: Pick<InferenceContext<Record<never, never>>, "inputs" | "fail">): readonly InferredType[] {
  const { dtype, shape } = c.inputs[0]!;
  if (shape.length < 3) c.fail("the input is [batch, channels, spatial axes…]", showShape(shape));
  return [{ dtype, shape: shape.map((size, axis) => (axis < 2 ? size : 1)) }];
}

function spatialAxes(shape: Shape): number[] {
  return Array.from({ length: shape.length - 2 }, (_, axis) => axis + 2);
}

/** The least shape that a MaxPool makes this shape of; undefined where it is not known. */
function unpooledShape(
  shape: Shape,
  { kernel_shape: kernel, strides, pads }: Attributes<typeof UNPOOL_ATTRIBUTES>,
): readonly (Dimension | undefined)[] {
  const rank = shape.length - 2;
  const unpooled = shape.slice(2).map((places, axis) => {
    if (typeof places === "string") return undefined;
    const around = (pads?.[axis] ?? 0) + (pads?.[axis + rank] ?? 0);
    return (places - 1) * (strides?.[axis] ?? 1) + kernel![axis]! - around;
  });
  return [...shape.slice(0, 2), ...unpooled];
}

type PoolAttributes = Attributes<typeof POOL_ATTRIBUTES> & { readonly count_include_pad?: number };

/** Applies `f` to the flat indices that each window covers, and to the number of elements by which a mean divides. */
function pool(
  x: ReferenceTensor,
  attributes: PoolAttributes,
  f: (window: readonly number[], size: number) => number,
): ReferenceTensor {
  const window = slidingWindow(attributes.kernel_shape!, attributes);
  const sizes = x.shape.slice(2);
  const pads = windowPads(window, sizes, attributes)!;
  const isCeil = attributes.ceil_mode === 1;
  const fail = (rule: string, got: string): never => {
    throw new Error(`${rule}: ${got}`);
  };
  const places = windowPlaces({ where: "reference", fail }, window, { sizes, pads, isCeil }) as number[];
  const strides = stridesOf(x.shape);
  const taps = positionsOf(window.kernel);
  return tabulate(x.dtype, [...x.shape.slice(0, 2), ...places], ([n, c, ...place]) => {
    const covered = taps.map((tap) =>
      place.map((i, axis) => covers(window, pads, { place: i, tap: tap[axis]!, axis })),
    );
    const inside = covered.filter((at) => at.every((i, axis) => i >= 0 && i < sizes[axis]!));
    const padded = covered.filter((at) => at.every((i, axis) => i < sizes[axis]! + pads.after[axis]!));
    const flat = inside.map((at) => [n!, c!, ...at].reduce((total, i, axis) => total + i * strides[axis]!, 0));
    return f(flat, attributes.count_include_pad === 1 ? padded.length : inside.length);
  });
}

function covers(
  { strides, dilations }: SlidingWindow,
  pads: Pads,
  { place, tap, axis }: { place: number; tap: number; axis: number },
): number {
  return place * strides[axis]! + tap * dilations[axis]! - pads.before[axis]!;
}

/** The place of an element when the spatial axes are counted from the first on. */
function columnMajorIndex(x: ReferenceTensor, strides: readonly number[], flat: number): number {
  const index = strides.map((stride, axis) => Math.floor(flat / stride) % x.shape[axis]!);
  const spatial = x.shape.slice(2);
  const plane = spatial.reduce((product, size) => product * size, 1);
  let at = 0;
  for (let axis = spatial.length - 1; axis >= 0; axis--) at = at * spatial[axis]! + index[axis + 2]!;
  return (index[0]! * x.shape[1]! + index[1]!) * plane + at;
}
