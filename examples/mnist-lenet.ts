// LeNet on handwritten digits. Run: npm run build && npx jiti examples/mnist-lenet.ts [epochs] [digits to train on]
import { accuracy, defineModel, RandomSource, trainModel } from "modelwright";
import { crossEntropy, lenet } from "modelwright/layers";
import { digitTensors, distorted, readDigits } from "./data/digits.ts";

const [epochs = 6, rows = 8000] = process.argv.slice(2).map(Number);

const digitReader = defineModel({
  name: "digit-reader",
  inputs: { images: { dtype: "float32", shape: ["batch", 1, 28, 28] } },
  targets: { labels: { dtype: "int64", shape: ["batch"] } },
  forward: (c, { images }) => ({ logits: lenet(c, images, { classes: 10, features: [32, 64] }) }),
  loss: (c, { outputs, targets }) => crossEntropy(c, { logits: outputs.logits, labels: targets.labels }),
});

// Each digit and three copies, moved, turned and stretched a little: what the eye does not mind the model should not either.
const { train, test } = readDigits(rows);
const random = RandomSource.fromSeed(2);
const copies = train.flatMap((digit) => [0, 1, 2].map(() => distorted(digit, random)));

const start = performance.now();
const trained = await trainModel(digitReader, {
  data: { tensors: digitTensors([...train, ...copies]) },
  epochs,
  batchSize: 128,
  learningRate: 0.003,
  schedule: "cosine",
  warmup: 0.05,
  dropout: 0.4,
  averageDecay: 0.999,
  onEvent: (event) => {
    if (event.type === "step" && event.step % 100 === 0)
      console.log(`step ${event.step}: loss ${event.loss.toFixed(4)}`);
  },
});
const { images, labels } = digitTensors(test);
const { logits } = await trained.predict({ images });
console.log(`${((performance.now() - start) / 1000).toFixed(0)} s`);
console.log(`accuracy on ${test.length} held-out digits: ${accuracy(logits, labels).toFixed(4)}`);
trained.release();
