#!/usr/bin/env node
// Which formulation of a convolution's gradients is the fastest? `node bench/convolution.mjs [--rounds N] [--threads N] [--only NAME]`
//
// Each variant is a graph of its own; all of one shape run in turns, and the median of each is printed in milliseconds.
import { parseArgs } from "node:util";
import { defaultRuntime, elementCount, encodeModel, GraphBuilder, RandomSource, tensor } from "@modelwright/engine";

/** batch, channels, size of the image, features, kernel, stride, pad, group. */
const SHAPES = {
  "lenet conv1": { batch: 128, channels: 1, size: 28, features: 6, kernel: 5, stride: 1, pad: 2, group: 1 },
  "lenet conv2": { batch: 128, channels: 6, size: 14, features: 16, kernel: 5, stride: 1, pad: 0, group: 1 },
  "resnet stem": { batch: 16, channels: 3, size: 96, features: 64, kernel: 7, stride: 2, pad: 3, group: 1 },
  "resnet 64": { batch: 16, channels: 64, size: 24, features: 64, kernel: 3, stride: 1, pad: 1, group: 1 },
  "resnet 64 stride 2": { batch: 16, channels: 64, size: 24, features: 128, kernel: 3, stride: 2, pad: 1, group: 1 },
  "resnet 512": { batch: 16, channels: 512, size: 3, features: 512, kernel: 3, stride: 1, pad: 1, group: 1 },
  "one by one": { batch: 16, channels: 96, size: 24, features: 24, kernel: 1, stride: 1, pad: 0, group: 1 },
  depthwise: { batch: 16, channels: 96, size: 24, features: 96, kernel: 3, stride: 1, pad: 1, group: 96 },
  "depthwise stride 2": { batch: 16, channels: 96, size: 24, features: 96, kernel: 3, stride: 2, pad: 1, group: 96 },
};

/** Each variant computes the gradient by the weight, [M, C, kernel, kernel], from x and dy. */
const WEIGHT_GRADIENTS = {
  /** [M, places] × [places, C] for each row of the batch, summed. */
  "taps, batched": (b, { x, dy }, s) => {
    const right = b.op("Transpose", [rows(b, dy)], { perm: [0, 2, 1] });
    const products = tapsOf(b, padded(b, x, s), s, 2).map((part) =>
      sum(b, b.op("MatMul", [rows(b, part), right]), [0]),
    );
    return inOrder(b, concat(b, products, 1), ["C", "T", "M"], s);
  },
  /** [C, batch·places] × [batch·places, M]. */
  "taps, channels first": (b, { x, dy }, s) => {
    const image = b.op("Transpose", [padded(b, x, s)], { perm: [1, 0, 2, 3] });
    const right = matrix(b, b.op("Transpose", [dy], { perm: [0, 2, 3, 1] }), [-1, s.features]);
    const products = tapsOf(b, image, s, 2).map((part) => b.op("MatMul", [matrix(b, part, [s.channels, -1]), right]));
    return inOrder(b, concat(b, products, 1), ["C", "T", "M"], s);
  },
  /** [M, batch·places] × [batch·places, C]. */
  "taps, channels last": (b, { x, dy }, s) => {
    const image = b.op("Transpose", [padded(b, x, s)], { perm: [0, 2, 3, 1] });
    const left = matrix(b, b.op("Transpose", [dy], { perm: [1, 0, 2, 3] }), [s.features, -1]);
    const products = tapsOf(b, image, s, 1).map((part) => b.op("MatMul", [left, matrix(b, part, [-1, s.channels])]));
    return inOrder(b, concat(b, products, 1), ["M", "T", "C"], s);
  },
  /** [M, batch·places] × [batch·places, taps·C]. */
  "im2col, channels last": (b, { x, dy }, s) => {
    const image = b.op("Transpose", [padded(b, x, s)], { perm: [0, 2, 3, 1] });
    const left = matrix(b, b.op("Transpose", [dy], { perm: [1, 0, 2, 3] }), [s.features, -1]);
    const columns = matrix(b, concat(b, tapsOf(b, image, s, 1), 3), [-1, s.kernel ** 2 * s.channels]);
    return inOrder(b, b.op("MatMul", [left, columns]), ["M", "T", "C"], s);
  },
  /** [M, batch·places] × [batch·places, C·taps]: the product is in order, the columns are copied number by number. */
  "im2col, taps last": (b, { x, dy }, s) => {
    const image = b.op("Transpose", [padded(b, x, s)], { perm: [0, 2, 3, 1] });
    const left = matrix(b, b.op("Transpose", [dy], { perm: [1, 0, 2, 3] }), [s.features, -1]);
    const taps = tapsOf(b, image, s, 1).map((part) => matrix(b, part, [-1, s.channels, 1]));
    const columns = matrix(b, concat(b, taps, 2), [-1, s.channels * s.kernel ** 2]);
    return inOrder(b, b.op("MatMul", [left, columns]), ["M", "C", "T"], s);
  },
  /** [taps·C, batch·places] × [batch·places, M]. */
  "im2col, channels first": (b, { x, dy }, s) => {
    const image = b.op("Transpose", [padded(b, x, s)], { perm: [1, 0, 2, 3] });
    const right = matrix(b, b.op("Transpose", [dy], { perm: [0, 2, 3, 1] }), [-1, s.features]);
    const columns = matrix(b, concat(b, tapsOf(b, image, s, 2), 0), [s.channels * s.kernel ** 2, -1]);
    return inOrder(b, b.op("MatMul", [columns, right]), ["T", "C", "M"], s);
  },
  /** For each row of the batch [taps·C, places] × [places, M], summed. */
  "im2col, batched": (b, { x, dy }, s) => {
    const right = b.op("Transpose", [rows(b, dy)], { perm: [0, 2, 1] });
    const columns = rows(b, concat(b, tapsOf(b, padded(b, x, s), s, 2), 1));
    return inOrder(b, sum(b, b.op("MatMul", [columns, right]), [0]), ["T", "C", "M"], s);
  },
  /** Batch and channels exchange their roles; the stride becomes a dilation. */
  "as a convolution": (b, { x, dy }, s) => {
    const swap = (value) => b.op("Transpose", [value], { perm: [1, 0, 2, 3] });
    const pads = [s.pad, s.pad, s.pad, s.pad];
    return swap(b.op("Conv", [swap(x), swap(dy)], { pads, dilations: [s.stride, s.stride] }));
  },
};

const DEPTHWISE_WEIGHT_GRADIENTS = {
  "taps, product and sum": (b, { x, dy }, s) =>
    concat(
      b,
      tapsOf(b, padded(b, x, s), s, 2).map((part) => sum(b, rows(b, b.op("Mul", [part, dy])), [0, 2])),
      0,
    ),
  "as a convolution": (b, { x, dy }, s) => {
    const one = (value) => b.op("Reshape", [value, b.ints([1, s.batch * s.channels, value.shape[2], value.shape[3]])]);
    const kernel = b.op("Reshape", [dy, b.ints([s.batch * s.channels, 1, dy.shape[2], dy.shape[3]])]);
    const pads = [s.pad, s.pad, s.pad, s.pad];
    return b.op("Conv", [one(x), kernel], { pads, dilations: [s.stride, s.stride], group: s.batch * s.channels });
  },
};

const IMAGE_GRADIENTS = {
  ConvTranspose: (b, { dy, w }, s) => {
    const rest = (s.size + 2 * s.pad - s.kernel) % s.stride;
    const pads = [s.pad, s.pad, s.pad, s.pad];
    return b.op("ConvTranspose", [dy, w], { ...windowOf(s), pads, output_padding: [rest, rest] });
  },
  /** The features turned around, and the image back, in place of the weight. For stride 1 and equal pads. */
  "turned features": (b, { dy, w }, s) => {
    const turned = (value) =>
      b.op("Slice", [value, b.ints([-1, -1]), b.ints([-9999, -9999]), b.ints([2, 3]), b.ints([-1, -1])]);
    const exchanged = s.group === 1 ? b.op("Transpose", [w], { perm: [1, 0, 2, 3] }) : w;
    const around = s.kernel - 1 - s.pad;
    return turned(b.op("Conv", [turned(dy), exchanged], { group: s.group, pads: new Array(4).fill(around) }));
  },
  "turned convolution": (b, { dy, w }, s) => {
    const spread = s.stride === 1 ? dy : spreadOut(b, dy, s.stride);
    const rest = (s.size + 2 * s.pad - s.kernel) % s.stride;
    const around = s.kernel - 1 - s.pad;
    const after = around + rest - (s.stride - 1);
    const turned = b.op("Slice", [w, b.ints([-1, -1]), b.ints([-99, -99]), b.ints([2, 3]), b.ints([-1, -1])]);
    const exchanged = s.group === 1 ? b.op("Transpose", [turned], { perm: [1, 0, 2, 3] }) : turned;
    const image = after < 0 ? b.op("Pad", [spread, b.ints([0, 0, 0, 0, 0, 0, after, after])]) : spread;
    return b.op("Conv", [image, exchanged], {
      group: s.group,
      pads: [around, around, Math.max(0, after), Math.max(0, after)],
    });
  },
};

const windowOf = ({ stride, group }) => ({ strides: [stride, stride], group });
const matrix = (b, value, shape) => b.op("Reshape", [value, b.ints(shape)]);
const rows = (b, value) => matrix(b, value, [value.shape[0], value.shape[1], -1]);
const sum = (b, value, axes) => b.op("ReduceSum", [value, b.ints(axes)], { keepdims: 0 });
const concat = (b, values, axis) => (values.length === 1 ? values[0] : b.op("Concat", values, { axis }));
const padded = (b, x, { pad }) => (pad === 0 ? x : b.op("Pad", [x, b.ints([0, 0, pad, pad, 0, 0, pad, pad])]));

/** A product whose axes are merged, as [M, C, taps]. */
function inOrder(b, value, axes, { features, channels, kernel }) {
  const sizes = { M: features, C: channels, T: kernel ** 2 };
  const perm = ["M", "C", "T"].map((axis) => axes.indexOf(axis));
  return b.op(
    "Transpose",
    [
      matrix(
        b,
        value,
        axes.map((axis) => sizes[axis]),
      ),
    ],
    { perm },
  );
}

function tapsOf(b, image, { kernel, stride, places }, axis) {
  const last = (places - 1) * stride + 1;
  return Array.from({ length: kernel ** 2 }, (_, tap) => {
    const [i, j] = [Math.floor(tap / kernel), tap % kernel];
    return b.op("Slice", [
      image,
      b.ints([i, j]),
      b.ints([i + last, j + last]),
      b.ints([axis, axis + 1]),
      b.ints([stride, stride]),
    ]);
  });
}

/** Zeros between the elements and behind the last ones. */
function spreadOut(b, value, stride) {
  const [batch, channels, height, width] = value.shape;
  const apart = b.op("Reshape", [value, b.ints([batch, channels, height, 1, width, 1])]);
  const zeros = b.op("Pad", [apart, b.ints([0, 0, 0, 0, 0, 0, 0, 0, 0, stride - 1, 0, stride - 1])]);
  return b.op("Reshape", [zeros, b.ints([batch, channels, height * stride, width * stride])]);
}

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "9" },
    threads: { type: "string", default: "2" },
    only: { type: "string" },
  },
});
const runtime = await defaultRuntime();
const random = RandomSource.fromSeed(1);

async function open(shape, output, build) {
  const b = new GraphBuilder({ name: "variant" });
  const { batch, channels, size, features, kernel, group, places } = shape;
  const inputs = {
    x: b.input("x", "float32", [batch, channels, size, size]),
    dy: b.input("dy", "float32", [batch, features, places, places]),
    w: b.input("w", "float32", [features, channels / group, kernel, kernel]),
  };
  b.output(build(b, inputs, shape), output);
  const session = await runtime.createSession(encodeModel(b.build()), { threads: Number(options.threads) });
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => {
      const data = Float32Array.from({ length: elementCount(value.shape) }, () => random.uniform() - 0.5);
      return [name, tensor("float32", value.shape, data)];
    }),
  );
  return { run: () => session.run(feeds, [output]), release: () => session.release() };
}

for (const [name, given] of Object.entries(SHAPES)) {
  if (options.only !== undefined && !name.includes(options.only)) continue;
  const shape = { ...given, places: Math.floor((given.size + 2 * given.pad - given.kernel) / given.stride) + 1 };
  const forward = (b, { x, w }) => b.op("Conv", [x, w], { ...windowOf(shape), pads: new Array(4).fill(shape.pad) });
  const weights = shape.group === 1 ? WEIGHT_GRADIENTS : DEPTHWISE_WEIGHT_GRADIENTS;
  const variants = [
    ["forward", "", forward],
    ...Object.entries(weights).map(([variant, build]) => ["dW", variant, build]),
    ...Object.entries(IMAGE_GRADIENTS)
      .filter(([variant]) => shape.stride === 1 || variant !== "turned features")
      .map(([variant, build]) => ["dX", variant, build]),
  ];
  const opened = [];
  for (const [output, variant, build] of variants) {
    opened.push({ output, variant, times: [], ...(await open(shape, output, build)) });
  }
  for (let round = 0; round <= Number(options.rounds); round++) {
    for (const { run, times } of opened) {
      const start = performance.now();
      await run();
      if (round > 0) times.push(performance.now() - start);
    }
  }
  console.log(`${name}: ${JSON.stringify(given)}`);
  for (const { output, variant, times, release } of opened) {
    const median = times.sort((a, b) => a - b)[times.length >> 1];
    console.log(
      `  ${output.padEnd(8)} ${variant.padEnd(24)} ${median.toFixed(2).padStart(8)} ms  (least ${times[0].toFixed(2)})`,
    );
    release();
  }
}
