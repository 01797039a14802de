// What each optimisation pass gains in the training step of the BERT-shaped workload: forward and backward, without the update.
//
//     node bench/passes.mjs [--steps 6] [--threads 1] [--pass shareGelu]
//
// For each pass two graphs alternate, one made by all passes and one by all but this. The least processor time of the steps is printed, which a
// busy machine disturbs least.
import { parseArgs } from "node:util";
import {
  defaultRuntime,
  differentiate,
  encodeModel,
  optimize,
  PASSES,
  RandomSource,
  tensor,
} from "@modelwright/engine";
import { addCrossEntropyLoss, bert, buildTextClassifier, initialParameters } from "@modelwright/models";
import { batchOf, bert22m } from "./workloads/bert-22m.mjs";

const { values: flags } = parseArgs({
  options: {
    steps: { type: "string", default: "6" },
    threads: { type: "string", default: "1" },
    pass: { type: "string" },
  },
});
const { batchSize, sequenceLength, classes } = bert22m;
const architecture = bert({
  vocabularySize: bert22m.vocabularySize,
  width: bert22m.width,
  layers: bert22m.layers,
  heads: bert22m.heads,
  innerWidth: bert22m.feedForwardWidth,
  positions: bert22m.maxPositions,
  tokenTypes: bert22m.tokenTypes,
  pooling: "mean",
});
const parameters = initialParameters({ architecture, classes, random: RandomSource.fromSeed(1) });
const { graph } = buildTextClassifier({
  architecture,
  classes,
  parameters,
  build: { trainable: () => true, training: { dropout: 0 } },
});
const training = differentiate(addCrossEntropyLoss(graph), {
  loss: "loss",
  parameters: [...parameters.keys()],
  byRows: true,
});

const { tokens, mask, labels } = batchOf(0);
const int64 = (data, shape) => ({ dtype: "int64", shape, data: BigInt64Array.from(data, BigInt) });
const feeds = {
  ...Object.fromEntries(Array.from(parameters, ([name, parameter]) => [name, parameter.tensor])),
  input_ids: int64(tokens, [batchSize, sequenceLength]),
  attention_mask: int64(mask, [batchSize, sequenceLength]),
  labels: int64(labels, [batchSize]),
  loss_scale: tensor("float32", [], Float32Array.of(1 / batchSize)),
};
const runtime = await defaultRuntime();

async function measured(passes) {
  const optimized = optimize(training, { passes });
  const session = await runtime.createSession(encodeModel(optimized), { threads: Number(flags.threads) });
  const outputs = optimized.outputs.map(({ name }) => name);
  const milliseconds = [];
  const step = async () => {
    const before = process.cpuUsage();
    const { loss } = await session.run(feeds, outputs);
    const { user, system } = process.cpuUsage(before);
    milliseconds.push((user + system) / 1000);
    return loss.data[0];
  };
  await step();
  milliseconds.length = 0;
  return { nodes: optimized.nodes.length, milliseconds, step, release: () => session.release() };
}

console.log(
  `${runtime.name} ${runtime.version()}, ${flags.threads} thread, ${training.nodes.length} nodes before any pass\n`,
);
console.log("left out                        nodes      with   without     ratio");
const all = await measured(PASSES);
for (const pass of PASSES.filter(({ name }) => flags.pass === undefined || name === flags.pass)) {
  const without = await measured(PASSES.filter((other) => other !== pass));
  all.milliseconds.length = 0;
  for (let i = 0; i < Number(flags.steps); i++) {
    const [loss, other] = [await all.step(), await without.step()];
    if (Math.abs(loss - other) > 1e-5 * Math.abs(loss))
      throw new Error(`${pass.name} changes the loss: ${loss}, ${other}`);
  }
  const [fast, slow] = [Math.min(...all.milliseconds), Math.min(...without.milliseconds)];
  const cells = [
    `${all.nodes}/${without.nodes}`,
    `${fast.toFixed(0)} ms`,
    `${slow.toFixed(0)} ms`,
    (slow / fast).toFixed(3),
  ];
  console.log(pass.name.padEnd(30) + cells.map((cell) => cell.padStart(10)).join(""));
  without.release();
}
all.release();
