// A training step in Modelwright on the weights that peft_peer.py wrote: node modelwright-peer.mjs METHOD LENGTH THREADS WEIGHTS, where METHOD is
// lora, full or last:N.
import { readFileSync } from "node:fs";
import { defaultRuntime, tensor } from "@modelwright/engine";
import {
  bert,
  buildLoss,
  classObjective,
  givenParameters,
  isAdapterParameter,
  LOSS_OUTPUT,
  LOSS_SCALE_INPUT,
  readSafetensors,
  textModel,
} from "@modelwright/models";
import { TrainingSession } from "@modelwright/training";
import { servePeer } from "../peers/protocol.mjs";
import { hashed } from "../workloads/numbers.mjs";

const [, , method, lengthGiven, threads, weights] = process.argv;
const length = Number(lengthGiven);
const { classes, batch, rank, alpha, learningRate, clipNorm, ...config } = JSON.parse(
  readFileSync(new URL("workload.json", import.meta.url), "utf8"),
);
const definition = textModel({ architecture: bert(config), objective: classObjective({ classes }) });
const { tensors } = readSafetensors(readFileSync(weights), weights);

const above = (name, layers) => {
  const [, layer] = /^encoder\.layer(\d+)\./.exec(name) ?? [];
  return layer === undefined ? !name.startsWith("encoder.embeddings.") : Number(layer) >= config.layers - layers;
};
const isTrained =
  method === "lora"
    ? (name) => isAdapterParameter(name) || name.startsWith("head.")
    : (name) => method === "full" || above(name, Number(method.split(":")[1]));
const adapters =
  method === "lora"
    ? { rank, alpha, targets: (layer, kind) => kind === "linear" && layer.startsWith("encoder.") }
    : undefined;
const built = buildLoss(definition, {
  source: givenParameters(tensors, weights),
  build: { trainable: isTrained, training: { dropout: 0 }, adapters },
});
const parameters = [...built.parameters.values()]
  .filter(({ name }) => isTrained(name))
  .map((parameter) => ({ ...parameter, group: "all" }));
const runtime = await defaultRuntime();
const session = await TrainingSession.create(
  { ...built, loss: LOSS_OUTPUT, parameters, buffers: [] },
  { optimizer: { optimizer: "adamw", weightDecay: 0, clipNorm }, runtime, seed: 1, threads: Number(threads) },
);

/** The batch of peft_peer.py. */
function feedsOf(step) {
  const [ids, lengths, labels] = [1000, 2000, 3000].map((stream, i) =>
    hashed([batch * length, batch, batch][i], String(stream + step)),
  );
  const used = Array.from(lengths, (value, row) =>
    row === 0 ? length : Math.floor(length / 2) + (value % (Math.floor(length / 2) + 1)),
  );
  const isUsed = (i) => i % length < used[Math.floor(i / length)];
  return {
    input_ids: tensor(
      "int64",
      [batch, length],
      BigInt64Array.from(ids, (value, i) => (isUsed(i) ? BigInt(1 + (value % (config.vocabularySize - 1))) : 0n)),
    ),
    attention_mask: tensor(
      "int64",
      [batch, length],
      BigInt64Array.from(ids, (_, i) => BigInt(isUsed(i))),
    ),
    labels: tensor(
      "int64",
      [batch],
      BigInt64Array.from(labels, (value) => BigInt(value % classes)),
    ),
    [LOSS_SCALE_INPUT]: tensor("float32", [], new Float32Array([1])),
  };
}

let steps = 0;
async function step() {
  const feeds = feedsOf(steps++);
  const [start, processorStart] = [performance.now(), process.cpuUsage()];
  const { loss, updateMilliseconds } = await session.step([feeds], { all: learningRate });
  const milliseconds = performance.now() - start;
  const { user, system } = process.cpuUsage(processorStart);
  return { milliseconds, updateMilliseconds, processorMilliseconds: (user + system) / 1000, loss };
}

await servePeer({
  version: `Modelwright, ${method}`,
  parameters: parameters.reduce((sum, { tensor: { data } }) => sum + data.length, 0),
  threads: Number(threads),
  warmUpSteps: 3,
  step,
});
session.release();
