// A dense network on handwritten digits. Run: npm run build && npx jiti examples/mnist-dense.ts [epochs] [digits to train on]
import { accuracy, defineModel, trainModel } from "modelwright";
import { crossEntropy, mlp } from "modelwright/layers";
import { digitTensors, readDigits } from "./data/digits.ts";

const [epochs = 12, rows = 8000] = process.argv.slice(2).map(Number);

const digitReader = defineModel({
  name: "dense-digit-reader",
  inputs: { images: { dtype: "float32", shape: ["batch", 1, 28, 28] } },
  targets: { labels: { dtype: "int64", shape: ["batch"] } },
  forward: (c, { images }) => ({ logits: mlp(c, images, { hidden: [256, 128], outputs: 10 }) }),
  loss: (c, { outputs, targets }) => crossEntropy(c, { logits: outputs.logits, labels: targets.labels }),
});

const { train, test } = readDigits(rows);
const trained = await trainModel(digitReader, {
  data: { tensors: digitTensors(train) },
  epochs,
  batchSize: 64,
  learningRate: 0.001,
  schedule: "cosine",
  dropout: 0.25,
});
const { images, labels } = digitTensors(test);
const { logits } = await trained.predict({ images });
console.log(`accuracy on ${test.length} held-out digits: ${accuracy(logits, labels).toFixed(4)}`);
trained.release();
