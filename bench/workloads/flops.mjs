// Useful arithmetic of one training step, by workload: its matrix products and convolutions, a multiply and an add counting as two.
//
// Backward computes two products (gradient of the input, gradient of the weight) for each one forward, so that a step is three times its
// forward pass; the first layer needs no gradient of images or features, which is left out of the count. Look-ups, norms, activations,
// softmax, pooling, clipping and the update are what a step spends beyond its useful arithmetic: they lower the share of the peak.
import { workloads } from "./numbers.mjs";

const product = (rows, inner, columns) => 2 * rows * inner * columns;

/** Layers of 4 · width² weights for attention and two products with the scores, and a feed-forward part. */
function transformer({ batchSize, length, width, layers, innerWidth }) {
  const linear = product(batchSize * length, width, 4 * width + 2 * innerWidth);
  const attention = 2 * product(batchSize * length, length, width);
  return 3 * layers * (linear + attention);
}

const chain = (rows, widths) => widths.slice(1).reduce((sum, width, i) => sum + product(rows, widths[i], width), 0);

/** A square convolution to `side` × `side` places. */
const convolution = (batch, side, kernel, inputs, outputs) => product(batch * side ** 2, kernel ** 2 * inputs, outputs);

const decoder = ({ batchSize, positions, width, vocabularySize, ...config }) =>
  transformer({ ...config, batchSize, width, length: positions, innerWidth: 4 * width }) +
  3 * product(batchSize * positions, width, vocabularySize);

const FLOPS = {
  bert: transformer,
  gpt2: decoder,
  "gpt2-small": decoder,
  resnet18: ({ batchSize, image: [channels, side] }) => {
    const stem = convolution(batchSize, side / 2, 7, channels, 64);
    let rest = 0;
    for (let stage = 0; stage < 4; stage++) {
      const [width, places] = [64 * 2 ** stage, side / 4 / 2 ** stage];
      rest += 3 * convolution(batchSize, places, 3, width, width);
      rest += convolution(batchSize, places, 3, stage === 0 ? width : width / 2, width);
      if (stage > 0) rest += convolution(batchSize, places, 1, width / 2, width);
    }
    return 2 * stem + 3 * rest;
  },
  lenet: ({ batchSize, classes }) =>
    2 * convolution(batchSize, 28, 5, 1, 6) +
    3 * (convolution(batchSize, 10, 5, 6, 16) + chain(batchSize, [400, 120, 84, classes])),
  lstm: ({ batchSize, length, features, width, layers }) => {
    const inputs = product(batchSize * length, features, 4 * width);
    const states = product(batchSize * length, width, 4 * width);
    return 2 * inputs + 3 * (2 * layers - 1) * states;
  },
  mlp: ({ batchSize, features, widths: [first, ...rest], classes }) =>
    2 * product(batchSize, features, first) + 3 * chain(batchSize, [first, ...rest, classes]),
};

/** Floating-point operations of one step of a workload. */
export const stepFlops = (name) => FLOPS[name](workloads[name]);
