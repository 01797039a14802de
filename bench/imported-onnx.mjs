// What a step costs of an encoder that an ONNX file computes, beside ours with the same weights, in turns; and how
// far the losses of 50 steps are apart.
//
// node bench/imported-onnx.mjs [file.onnx] [tokenizer.json] [rounds]      (npx tsc -b first)
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
  rounds = "8",
] = process.argv.slice(2);
const [BATCH, LENGTH, STEPS, COMPARED] = [16, 32, 10, 50];

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

const rows = COMPARED * BATCH;
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

async function measure(architecture, steps = STEPS) {
  const moments = [];
  const trained = await trainModel(textModel({ architecture, objective: classObjective({ classes: 4 }) }), {
    data: { tensors },
    batchSize: BATCH,
    steps,
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
    losses: trained.curve.map(({ loss }) => loss),
  };
}

const quantile = (numbers, share) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * share)];
const encoders = Object.entries({ own, imported: encoder });
const losses = [];
for (const [, architecture] of encoders) losses.push((await measure(architecture, COMPARED)).losses);
const apart = losses[0].map((loss, i) => Math.abs(loss - losses[1][i]) / loss);
console.log(
  `losses of ${apart.length} steps: ${losses[0][0].toFixed(4)} to ${losses[0].at(-1).toFixed(4)}, at most ${Math.max(...apart).toExponential(1)} of their size apart`,
);
const times = { own: [], imported: [] };
for (let round = 0; round < Number(rounds); round++) {
  for (const [name, architecture] of encoders) times[name].push(...(await measure(architecture)).times);
}
for (const [share, name] of [
  [0.5, "median"],
  [0.1, "fastest tenth"],
]) {
  const [ours, imported] = [times.own, times.imported].map((all) => quantile(all, share));
  console.log(
    `${name}: own ${ours.toFixed(1)} ms a step, imported ${imported.toFixed(1)} ms, ${(ours / imported).toFixed(3)} of the speed (${times.own.length} steps each)`,
  );
}
