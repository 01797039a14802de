// A residual network on 32 × 32 colour images. Run: npm run build && npx jiti examples/colour-digits.ts [epochs] [images]
//
// No set of colour photographs installs from npm, so these are made: a handwritten digit in a random colour at a random place, over a
// gradient between two other colours. What counts is the shape; no single colour channel gives it away.
import { accuracy, defineModel, RandomSource, type Tensor, tensor, trainModel } from "modelwright";
import { crossEntropy, resnet } from "modelwright/layers";
import { type Digit, digitTensors, readDigits } from "./data/digits.ts";

const [epochs = 3, rows = 8000] = process.argv.slice(2).map(Number);
const SIDE = 32;

const random = RandomSource.fromSeed(3);
const color = () => [random.uniform(), random.uniform(), random.uniform()];

/** Writes one image, [3, 32, 32]. */
function paint(target: Float32Array, { pixels }: Digit): void {
  const [ink, left, right] = [color(), color(), color()];
  const [x, y] = [random.integer(5), random.integer(5)];
  for (let i = 0; i < target.length; i++) {
    const [channel, row, column] = [Math.floor(i / SIDE ** 2), Math.floor(i / SIDE) % SIDE, i % SIDE];
    const isInside = row >= y && row < y + 28 && column >= x && column < x + 28;
    const share = isInside ? pixels[(row - y) * 28 + column - x]! : 0;
    const ground = left[channel]! + ((right[channel]! - left[channel]!) * column) / SIDE;
    target[i] = share * ink[channel]! + (1 - share) * ground;
  }
}

function colorImages(digits: readonly Digit[]): { images: Tensor<"float32">; labels: Tensor<"int64"> } {
  const size = 3 * SIDE ** 2;
  const data = new Float32Array(digits.length * size);
  for (const [i, digit] of digits.entries()) paint(data.subarray(i * size, (i + 1) * size), digit);
  return { images: tensor("float32", [digits.length, 3, SIDE, SIDE], data), labels: digitTensors(digits).labels };
}

const reader = defineModel({
  name: "colour-digit-reader",
  inputs: { images: { dtype: "float32", shape: ["batch", 3, SIDE, SIDE] } },
  targets: { labels: { dtype: "int64", shape: ["batch"] } },
  forward: (c, { images }) => ({
    logits: resnet(c, images, { depth: 18, width: 8, images: "small", classes: 10 }),
  }),
  loss: (c, { outputs, targets }) => crossEntropy(c, { logits: outputs.logits, labels: targets.labels }),
});

const { train, test } = readDigits(rows);
const trained = await trainModel(reader, {
  data: { tensors: colorImages(train) },
  epochs,
  batchSize: 64,
  learningRate: 0.003,
  schedule: "cosine",
  warmup: 0.05,
  onEvent: (event) => {
    if (event.type === "step" && event.step % 50 === 0)
      console.log(`step ${event.step}: loss ${event.loss.toFixed(4)}`);
  },
});
const { images, labels } = colorImages(test);
const { logits } = await trained.predict({ images });
console.log(`accuracy on ${test.length} held-out images: ${accuracy(logits, labels).toFixed(4)}`);
trained.release();
