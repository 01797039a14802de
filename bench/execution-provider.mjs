// Trains small families of models on the CPU and on another execution provider, from the same weights and batches, and prints how far the
// losses part and what an update takes: node bench/execution-provider.mjs [webgpu | cuda] [updates]
import { RandomSource, tensorFrom } from "@modelwright/engine";
import {
  activation,
  causalLanguageModel,
  crossEntropy,
  defineModel,
  dense,
  gpt2,
  lenet,
  lstmRegressor,
} from "@modelwright/models";
import { trainModel } from "@modelwright/training";

const [executionProvider = "webgpu", updates = "50"] = process.argv.slice(2);
const steps = Number(updates);

const random = RandomSource.fromSeed(3);
const size = (shape) => shape.reduce((product, length) => product * length, 1);
const normal = (...shape) =>
  tensorFrom(
    "float32",
    shape,
    Array.from({ length: size(shape) }, () => random.normal()),
  );
const classes = (count, ...shape) =>
  tensorFrom(
    "int64",
    shape,
    Array.from({ length: size(shape) }, () => Math.floor(random.uniform() * count)),
  );

/** A classifier of its one input. */
function classifier(name, input, forward) {
  return defineModel({
    name,
    inputs: { input },
    targets: { labels: { dtype: "int64", shape: ["batch"] } },
    forward: (c, { input: x }) => ({ logits: forward(c, x) }),
    loss: (c, { outputs, targets }) => crossEntropy(c, { logits: outputs.logits, labels: targets.labels }),
  });
}

const decoder = gpt2({ vocabularySize: 50, width: 32, layers: 2, heads: 2, positions: 16 });

/** Models with the rows that they learn. */
const FAMILIES = {
  "dense, 10 → 16 → 3": [
    classifier("dense", { dtype: "float32", shape: ["batch", 10] }, (c, x) =>
      dense(c, activation(c, dense(c, x, { name: "hidden", width: 16 }), "gelu"), { name: "head", width: 3 }),
    ),
    { input: normal(64, 10), labels: classes(3, 64) },
  ],
  "LSTM, width 8": [
    lstmRegressor({ features: 4, width: 8, layers: 1 }),
    { sequences: normal(32, 6, 4), values: normal(32, 1) },
  ],
  "LeNet, 28 × 28": [
    classifier("lenet", { dtype: "float32", shape: ["batch", 1, 28, 28] }, (c, x) => lenet(c, x, { classes: 10 })),
    { input: normal(32, 1, 28, 28), labels: classes(10, 32) },
  ],
  "GPT-2-shaped, 2 × 32": [
    causalLanguageModel(decoder),
    { input_ids: classes(50, 32, 12), labels: classes(50, 32, 12) },
  ],
};

async function losses(model, tensors, provider) {
  let onCpu = [];
  let start = 0;
  const trained = await trainModel(model, {
    data: { tensors },
    batchSize: 16,
    steps,
    learningRate: 1e-3,
    executionProvider: provider,
    onEvent: (event) => {
      if (event.type === "provider") onCpu = event.onCpu.map(({ operator }) => operator);
      // Shaders are compiled in the first update.
      if (event.type === "step" && event.step === 1) start = performance.now();
    },
  });
  const milliseconds = (performance.now() - start) / (steps - 1);
  trained.release();
  return { values: trained.curve.map(({ loss }) => loss), milliseconds, onCpu };
}

console.log(
  `| family | greatest relative difference | after ${steps} | ms an update: cpu | ${executionProvider} | left to the CPU |`,
);
console.log("| --- | --- | --- | --- | --- | --- |");
for (const [family, [model, tensors]] of Object.entries(FAMILIES)) {
  const cpu = await losses(model, tensors, "cpu");
  const other = await losses(model, tensors, executionProvider);
  const parts = cpu.values.map((loss, i) => Math.abs(other.values[i] - loss) / loss);
  const cells = [
    family,
    Math.max(...parts).toExponential(1),
    parts.at(-1).toExponential(1),
    cpu.milliseconds.toFixed(1),
    other.milliseconds.toFixed(1),
    other.onCpu.join(", "),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}
