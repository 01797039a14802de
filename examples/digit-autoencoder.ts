// An autoencoder that takes noise out of handwritten digits. Run: npm run build && npx jiti examples/digit-autoencoder.ts [epochs] [digits]
import { defineModel, RandomSource, type Tensor, trainModel } from "modelwright";
import { autoencoder, binaryCrossEntropy } from "modelwright/layers";
import { type Digit, digitTensors, readDigits } from "./data/digits.ts";

const [epochs = 15, rows = 8000] = process.argv.slice(2).map(Number);
const NOISE = 0.3;

const cleaner = defineModel({
  name: "digit-cleaner",
  inputs: { pixels: { dtype: "float32", shape: ["batch", 784] } },
  targets: { clean: { dtype: "float32", shape: ["batch", 784] } },
  forward: (c, { pixels }) => {
    const { code, logits } = autoencoder(c, pixels, { hidden: [256, 128], code: 32, noise: NOISE });
    return { code, logits, cleaned: c.b.op("Sigmoid", [logits]) };
  },
  loss: (c, { outputs, targets }) => binaryCrossEntropy(c, { logits: outputs.logits, targets: targets.clean }),
});

/** As `[rows, 784]`. */
function flat(digits: readonly Digit[]): Tensor<"float32"> {
  return { ...digitTensors(digits).images, shape: [digits.length, 784] };
}

function meanSquare(a: Tensor, b: Tensor): number {
  const squares = Array.from(a.data as Float32Array, (value, i) => (value - Number(b.data[i])) ** 2);
  return squares.reduce((sum, square) => sum + square, 0) / squares.length;
}

const { train, test } = readDigits(rows);
const pixels = flat(train);
const trained = await trainModel(cleaner, {
  data: { tensors: { pixels, clean: pixels } },
  epochs,
  batchSize: 64,
  learningRate: 0.001,
});

const random = RandomSource.fromSeed(4);
const clean = flat(test);
const noisy: Tensor = { ...clean, data: clean.data.map((pixel) => pixel + NOISE * random.normal()) };
const { cleaned } = await trained.predict({ pixels: noisy });
console.log(`mean square error to the clean digits: ${meanSquare(noisy, clean).toFixed(4)} with the noise`);
console.log(`cleaned: ${meanSquare(cleaned, clean).toFixed(4)}`);
trained.release();
