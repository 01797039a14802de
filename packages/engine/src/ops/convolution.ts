import type { Value } from "../graph/graph.ts";
import { addDimensions, isStatic, multiplyDimensions, type Shape, showShape } from "../tensor/shape.ts";
import { type Convolution, channelSums, imageGradient, weightGradient } from "./convolution-gradients.ts";
import {
  type AttributeSpecs,
  type Attributes,
  defineOperator,
  type InferenceContext,
  type Operator,
} from "./operator.ts";
import { broadcastElement, stridesOf, tabulate } from "./reference-kernels.ts";
import { refuseGradient } from "./refuse-gradient.ts";
import { mayEqual, unknownDimension } from "./shape-values.ts";
import {
  checkWindow,
  joinPads,
  type Pads,
  positionsOf,
  reach,
  type SlidingWindow,
  shareTotals,
  slidingWindow,
  splitPads,
  WINDOW_ATTRIBUTES,
  windowPads,
  windowPlaces,
} from "./sliding-window.ts";

const CONV_ATTRIBUTES = {
  ...WINDOW_ATTRIBUTES,
  group: { type: "int", default: 1 },
} as const satisfies AttributeSpecs;

const TRANSPOSE_ATTRIBUTES = {
  ...CONV_ATTRIBUTES,
  output_padding: { type: "ints" },
  output_shape: { type: "ints" },
} as const satisfies AttributeSpecs;

/** Inputs are [N, C, spatial axes…], of any number of spatial axes. */
export const convolution = {
  /** Cross-correlation with a weight [M, C/group, …] and an optional bias [M]. */
  Conv: defineOperator({
    inputs: ["X", "W", "B?"],
    outputs: ["Y"],
    attributes: CONV_ATTRIBUTES,
    infer: (c) => {
      const [x, w] = c.inputs;
      const window = checkedWindow(c, w);
      const features = w.shape[0]!;
      checkChannels(c, { channels: x.shape[1]!, features, perGroup: w.shape[1]! });
      checkBias(c, features);
      const sizes = x.shape.slice(2);
      const places = windowPlaces(c, window, { sizes, pads: windowPads(window, sizes, c.attributes) });
      return [{ dtype: x.dtype, shape: [x.shape[0]!, features, ...places] }];
    },
    gradient: ({ b, inputs: [x, w, bias], outputs: [y], attributes, dy, needs }) => {
      if (!isStatic(w.shape)) return refuseGradient(y, "Conv", weightUnknown(w));
      const window = slidingWindow(kernelOf(w), attributes);
      const pads =
        windowPads(window, x.shape.slice(2), attributes) ??
        refuseGradient(y, "Conv", `auto_pad ${attributes.auto_pad} with strides needs known sizes`);
      const conv: Convolution = { window, pads, group: attributes.group };
      return [
        needs(0) ? imageGradient(b, { dFeatures: dy, weight: w, image: x }, conv) : undefined,
        needs(1) ? weightGradient(b, { image: x, dFeatures: dy, weight: w }, conv) : undefined,
        bias !== undefined && needs(2) ? channelSums(b, dy) : undefined,
      ];
    },
    reference: ([x, w, bias], { attributes }) => {
      const window = slidingWindow(w.shape.slice(2), attributes);
      const sizes = x.shape.slice(2);
      const pads = windowPads(window, sizes, attributes)!;
      const places = windowPlaces(REFERENCE, window, { sizes, pads }) as number[];
      const [features, perGroup] = [w.shape[0]!, w.shape[1]!];
      const taps = positionsOf(window.kernel);
      return [
        tabulate(x.dtype, [x.shape[0]!, features, ...places], ([n, m, ...place]) => {
          const first = Math.floor(m! / (features / attributes.group)) * perGroup;
          let sum = bias?.data[m!] ?? 0;
          for (const tap of taps) {
            const at = place.map((i, axis) => inputIndex(window, pads, { place: i, tap: tap[axis]!, axis }));
            if (at.some((i, axis) => i < 0 || i >= sizes[axis]!)) continue;
            for (let c = 0; c < perGroup; c++) {
              sum += broadcastElement(x, [n!, first + c, ...at]) * broadcastElement(w, [m!, c, ...tap]);
            }
          }
          return sum;
        }),
      ];
    },
  }),

  /** The gradient of Conv by its input, as a layer: a weight [C, M/group, …] and an optional bias [M]. */
  ConvTranspose: defineOperator({
    inputs: ["X", "W", "B?"],
    outputs: ["Y"],
    attributes: TRANSPOSE_ATTRIBUTES,
    infer: (c) => {
      const [x, w] = c.inputs;
      const window = checkedWindow(c, w);
      const features = Number(w.shape[1]) * c.attributes.group;
      if (!isStatic([w.shape[1]!]) || !mayEqual(x.shape[1], w.shape[0])) {
        c.fail("the weight is [channels of the input, features / group, …]", showShape(w.shape));
      }
      checkBias(c, features);
      const spatial = x.shape
        .slice(2)
        .map((size, axis) => transposedSize(window, c.attributes, axis)(size) ?? unknownDimension(c.where, axis + 2));
      return [{ dtype: x.dtype, shape: [x.shape[0]!, features, ...spatial] }];
    },
    /** Roles change: Conv maps the output's gradient to the input's. */
    gradient: ({ b, inputs: [x, w, bias], outputs: [y], attributes, dy, needs }) => {
      if (!isStatic(w.shape)) return refuseGradient(y, "ConvTranspose", weightUnknown(w));
      const window = slidingWindow(kernelOf(w), attributes);
      const sizes = x.shape.slice(2);
      const pads =
        transposedPads(window, sizes, attributes) ??
        refuseGradient(y, "ConvTranspose", "auto_pad and output_shape need known sizes");
      if (attributes.output_padding?.some((extra, axis) => extra >= window.strides[axis]!)) {
        return refuseGradient(y, "ConvTranspose", "output_padding must be less than the stride");
      }
      const { kernel, strides, dilations } = window;
      const { group } = attributes;
      const convolve = () =>
        b.op("Conv", [dy, w], { kernel_shape: kernel, strides, dilations, group, pads: joinPads(pads) });
      const conv: Convolution = { window, pads, group };
      return [
        needs(0) ? convolve() : undefined,
        needs(1) ? weightGradient(b, { image: dy, dFeatures: x, weight: w }, conv) : undefined,
        bias !== undefined && needs(2) ? channelSums(b, dy) : undefined,
      ];
    },
    reference: ([x, w, bias], { attributes }) => {
      const window = slidingWindow(w.shape.slice(2), attributes);
      const sizes = x.shape.slice(2);
      const pads = transposedPads(window, sizes, attributes)!;
      const spatial = sizes.map((size, axis) => Number(transposedSize(window, attributes, axis)(size)));
      const [batch, channels] = [x.shape[0]!, x.shape[1]!];
      const perGroup = w.shape[1]!;
      const shape = [batch, perGroup * attributes.group, ...spatial];
      const strides = stridesOf(shape);
      const y = tabulate(x.dtype, shape, (index) => bias?.data[index[1]!] ?? 0);
      const taps = positionsOf(window.kernel);
      tabulate(x.dtype, x.shape, ([n, c, ...place], flat) => {
        const first = Math.floor(c! / (channels / attributes.group)) * perGroup;
        for (const tap of taps) {
          const at = place.map((i, axis) => inputIndex(window, pads, { place: i, tap: tap[axis]!, axis }));
          if (at.some((i, axis) => i < 0 || i >= spatial[axis]!)) continue;
          for (let m = 0; m < perGroup; m++) {
            const target = [n!, first + m, ...at].reduce((sum, i, axis) => sum + i * strides[axis]!, 0);
            y.data[target]! += x.data[flat]! * broadcastElement(w, [c!, m, ...tap]);
          }
        }
        return 0;
      });
      return [y];
    },
  }),
} satisfies Record<string, Operator>;

/** The sizes of a run have passed the shape rule already. */
const REFERENCE = {
  where: "reference",
  fail: (rule: string, got: string): never => {
    throw new Error(`${rule}: ${got}`);
  },
};

/** The element of the larger tensor that a tap of the window touches. */
function inputIndex(
  { strides, dilations }: SlidingWindow,
  pads: Pads,
  { place, tap, axis }: { place: number; tap: number; axis: number },
): number {
  return place * strides[axis]! + tap * dilations[axis]! - pads.before[axis]!;
}

function weightUnknown({ shape }: Value): string {
  return `the sizes of the weight ${showShape(shape)} are known only at a run`;
}

function kernelOf(weight: Value): readonly number[] {
  return weight.shape.slice(2) as readonly number[];
}

function checkedWindow(c: InferenceContext<typeof CONV_ATTRIBUTES>, weight: Value): SlidingWindow {
  const rank = c.inputs[0]!.shape.length - 2;
  if (rank < 1) c.fail("the input is [batch, channels, spatial axes…]", showShape(c.inputs[0]!.shape));
  if (weight.shape.length !== rank + 2 || !isStatic(weight.shape.slice(2))) {
    return c.fail(`the weight has ${rank + 2} axes, the spatial ones of known sizes`, showShape(weight.shape));
  }
  const window = slidingWindow(kernelOf(weight), c.attributes);
  checkWindow(c, window, rank);
  return window;
}

function checkChannels(
  c: InferenceContext<typeof CONV_ATTRIBUTES>,
  { channels, features, perGroup }: Record<"channels" | "features" | "perGroup", number | string>,
): void {
  const { group } = c.attributes;
  const isDivided = group === 1 || (isStatic([features, perGroup]) && Number(features) % group === 0);
  if (!isDivided || !mayEqual(channels, group === 1 ? perGroup : Number(perGroup) * group)) {
    c.fail(
      `the weight is [features, channels / group, …] and group divides both`,
      `${channels} channels, group ${group}, weight [${features}, ${perGroup}, …]`,
    );
  }
}

function checkBias(c: Pick<InferenceContext<Record<never, never>>, "inputs" | "fail">, features: Shape[number]): void {
  const bias = c.inputs[2];
  if (bias !== undefined && (bias.shape.length !== 1 || !mayEqual(bias.shape[0], features))) {
    c.fail(`the bias is [${features}]`, showShape(bias.shape));
  }
}

type TransposeAttributes = Attributes<typeof TRANSPOSE_ATTRIBUTES>;

/** The pads that are given, or that make the output as large as `output_shape` or, with `auto_pad`, as stride times the input. */
function transposedPads(window: SlidingWindow, sizes: Shape, attributes: TransposeAttributes): Pads | undefined {
  const { auto_pad, pads, output_shape } = attributes;
  const rank = window.kernel.length;
  const isSame = auto_pad === "SAME_UPPER" || auto_pad === "SAME_LOWER";
  if (!isSame && output_shape === undefined) {
    return splitPads(auto_pad === "VALID" || pads === undefined ? new Array<number>(2 * rank).fill(0) : pads);
  }
  if (!isStatic(sizes)) return undefined;
  const totals = sizes.map((size, axis) => {
    const wanted = output_shape?.at(axis - rank) ?? size * window.strides[axis]!;
    return Math.max(0, fullSize(window, attributes, { size, axis }) - wanted);
  });
  // With an output_shape the odd element goes to the start unless SAME_UPPER is asked for.
  return shareTotals(totals, auto_pad === "SAME_UPPER" ? auto_pad : "SAME_LOWER");
}

function fullSize(
  window: SlidingWindow,
  { output_padding }: TransposeAttributes,
  { size, axis }: { size: number; axis: number },
): number {
  return (size - 1) * window.strides[axis]! + reach(window, axis) + 1 + (output_padding?.[axis] ?? 0);
}

function transposedSize(window: SlidingWindow, attributes: TransposeAttributes, axis: number) {
  return (size: Shape[number]): Shape[number] | undefined => {
    const { output_shape, auto_pad } = attributes;
    if (output_shape !== undefined) return output_shape.at(axis - window.kernel.length);
    const spread = multiplyDimensions([size, window.strides[axis]!]);
    if (auto_pad === "SAME_UPPER" || auto_pad === "SAME_LOWER") return spread;
    const { before, after } = transposedPads(window, [], attributes)!;
    return addDimensions([spread, fullSize(window, attributes, { size: 0, axis }) - before[axis]! - after[axis]!]);
  };
}
