// What a step costs of an encoder that an ONNX file computes, beside ours with the same weights, in turns.
//
// node bench/imported-onnx.mjs [file.onnx] [tokenizer.json]      (npx tsc -b first)
//
// Default: paraphrase-MiniLM-L3-v2 as PyTorch exported it, in ../shared/models.
import { fileURLToPath } from "node:url";
import { tensorFrom } from "@modelwright/engine";
import { bert, classObjective, resolvePretrained, textModel } from "@modelwright/models";
import { trainModel } from "@modelwright/training";

const shared = fileURLToPath(new URL("../../shared/models/", import.meta.url));
const [
  file = `${shared}paraphrase-MiniLM-L3-v2-onnx/model.onnx`,
  tokenizer = `${shared}all-MiniLM-L6-v2/tokenizer.json`,
] = process.argv.slice(2);
const [BATCH, LENGTH, STEPS, ROUNDS] = [16, 32, 10, 5];

const { encoder, parameters } = await (await resolvePretrained(file, { baseDir: process.cwd(), tokenizer })).load();
const innerWidth = parameters.get("encoder.layer0.feed_forward.inner.bias").tensor.shape[0];
const layers = new Set([...parameters.keys()].flatMap((name) => /layer\d+/.exec(name) ?? [])).size;
const own = bert({
  vocabularySize: encoder.vocabularySize,
  width: encoder.width,
  layers,
  heads: encoder.width / 32,
  innerWidth,
  positions: encoder.maxLength,
  tokenTypes: 2,
  activation: "gelu",
  pooling: "mean",
});

const rows = STEPS * BATCH;
const ids = Array.from({ length: rows * LENGTH }, (_, i) => 1000 + ((i * 7919) % 20_000));
const tensors = {
  input_ids: tensorFrom("int64", [rows, LENGTH], ids),
  attention_mask: tensorFrom("int64", [rows, LENGTH], ids.fill(1)),
  labels: tensorFrom(
    "int64",
    [rows],
    Array.from({ length: rows }, (_, row) => row % 4),
  ),
};

async function measure(architecture) {
  const moments = [];
  const trained = await trainModel(textModel({ architecture, objective: classObjective({ classes: 4 }) }), {
    data: { tensors },
    batchSize: BATCH,
    steps: STEPS,
    optimizer: "adamw",
    learningRate: 1e-4,
    seed: 3,
    dropout: 0,
    parameters,
    shouldStop: () => {
      moments.push(performance.now());
      return false;
    },
  });
  trained.release();
  return {
    times: moments.slice(2).map((moment, i) => moment - moments[i + 1]),
    loss: trained.curve.at(-1).loss,
  };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const times = { own: [], imported: [] };
const losses = {};
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, architecture] of Object.entries({ own, imported: encoder })) {
    const measured = await measure(architecture);
    times[name].push(...measured.times);
    losses[name] = measured.loss;
  }
}
for (const [name, all] of Object.entries(times)) {
  console.log(
    `${name.padEnd(9)} ${median(all).toFixed(1)} ms a step (${all.length} steps); last loss ${losses[name].toFixed(6)}`,
  );
}
console.log(`imported over own: ${(median(times.own) / median(times.imported)).toFixed(3)} of the speed`);
