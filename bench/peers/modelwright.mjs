// Modelwright's own training step, through the same classes that `modelwright train` uses.
import { defaultRuntime, encodeModel, GraphBuilder, RandomSource, tensor } from "@modelwright/engine";
import { addCrossEntropyLoss, bert, buildTextClassifier, initialParameters } from "@modelwright/models";
import { TrainingSession } from "@modelwright/training";
import { batchOf, bert22m, initialValues, parameterTable } from "../workloads/bert-22m.mjs";
import { measurePeakGflops, servePeer } from "./protocol.mjs";

const threads = Number(process.argv[2] ?? 2);
const { width, classes, batchSize, sequenceLength } = bert22m;
const runtime = await defaultRuntime();

const architecture = bert({
  vocabularySize: bert22m.vocabularySize,
  width,
  layers: bert22m.layers,
  heads: bert22m.heads,
  innerWidth: bert22m.feedForwardWidth,
  positions: bert22m.maxPositions,
  tokenTypes: bert22m.tokenTypes,
  pooling: "mean",
});

// The workload's names, as the architecture names them; query, key and value stand side by side in the workload.
const names = {
  "embeddings.word": "encoder.embeddings.word.weight",
  "embeddings.position": "encoder.embeddings.position.weight",
  "embeddings.tokenType": "encoder.embeddings.token_type.weight",
  "embeddings.norm.gain": "encoder.embeddings.norm.weight",
  "embeddings.norm.bias": "encoder.embeddings.norm.bias",
  "classifier.weight": "head.classifier.weight",
  "classifier.bias": "head.classifier.bias",
};
const layerNames = {
  "attention.output.weight": "attention.output.weight",
  "attention.output.bias": "attention.output.bias",
  "attention.norm.gain": "attention_norm.weight",
  "attention.norm.bias": "attention_norm.bias",
  "feedForward.up.weight": "feed_forward.inner.weight",
  "feedForward.up.bias": "feed_forward.inner.bias",
  "feedForward.down.weight": "feed_forward.output.weight",
  "feedForward.down.bias": "feed_forward.output.bias",
  "feedForward.norm.gain": "feed_forward_norm.weight",
  "feedForward.norm.bias": "feed_forward_norm.bias",
};

const values = new Map();
parameterTable().forEach(({ name }, index) => {
  const data = initialValues(index);
  const [, layer, rest] = /^layers\.(\d+)\.(.+)$/.exec(name) ?? [];
  if (layer === undefined) values.set(names[name], data);
  else if (layerNames[rest] !== undefined) values.set(`encoder.layer${layer}.${layerNames[rest]}`, data);
  else {
    const kind = rest.split(".").at(-1);
    const rows = data.length / (3 * width);
    ["query", "key", "value"].forEach((part, third) => {
      const block = new Float32Array(rows * width);
      for (let row = 0; row < rows; row++) {
        const start = row * 3 * width + third * width;
        block.set(data.subarray(start, start + width), row * width);
      }
      values.set(`encoder.layer${layer}.attention.${part}.${kind}`, block);
    });
  }
});
const parameters = new Map(
  Array.from(initialParameters({ architecture, classes, random: RandomSource.fromSeed(1) }), ([name, parameter]) => {
    const data = values.get(name);
    if (data === undefined) throw new Error(`the workload has no values for ${name}`);
    return [name, { ...parameter, group: "all", tensor: tensor("float32", parameter.tensor.shape, data) }];
  }),
);
const model = buildTextClassifier({
  architecture,
  classes,
  parameters,
  build: { trainable: () => true, training: { dropout: 0 } },
});
const session = await TrainingSession.create(
  {
    graph: addCrossEntropyLoss(model.graph),
    loss: "loss",
    parameters: [...parameters.values()],
    dropouts: model.dropouts,
  },
  {
    optimizer: {
      optimizer: "adamw",
      weightDecay: bert22m.weightDecay,
      clipNorm: bert22m.maxGradientNorm,
      beta1: bert22m.beta1,
      beta2: bert22m.beta2,
      eps: bert22m.eps,
    },
    runtime,
    seed: 1,
    threads,
    ...(process.env.MODELWRIGHT_PROFILE === undefined ? {} : { profile: process.env.MODELWRIGHT_PROFILE }),
  },
);

let steps = 0;
async function step() {
  const { tokens, mask, labels } = batchOf(steps++);
  const shape = [batchSize, sequenceLength];
  const int64 = (data, dims) => ({ dtype: "int64", shape: dims, data: BigInt64Array.from(data, BigInt) });
  const feeds = {
    input_ids: int64(tokens, shape),
    attention_mask: int64(mask, shape),
    labels: int64(labels, [batchSize]),
    loss_scale: tensor("float32", [], Float32Array.of(1 / batchSize)),
  };
  const start = performance.now();
  const { loss, updateMilliseconds } = await session.step([feeds], { all: bert22m.learningRate });
  return { milliseconds: performance.now() - start, updateMilliseconds, loss };
}

async function peakGflops() {
  const size = 2048;
  const b = new GraphBuilder({ name: "peak" });
  const a = b.input("a", "float32", [size, size]);
  b.output(b.op("MatMul", [a, b.input("b", "float32", [size, size])]), "c");
  const matmul = await runtime.createSession(encodeModel(b.build()), { threads });
  const matrix = () => tensor("float32", [size, size], new Float32Array(size * size).fill(0.5));
  const bound = matmul.bind({ inputs: { a: matrix(), b: matrix() }, outputs: { c: matrix() } });
  const best = await measurePeakGflops(async () => {
    await bound.run();
  });
  bound.release();
  matmul.release();
  return best;
}

await servePeer({
  version: `Modelwright on ONNX Runtime ${runtime.version()} (${runtime.name})`,
  parameters: [...parameters.values()].reduce((sum, { tensor: { data } }) => sum + data.length, 0),
  threads,
  warmUpSteps: 3,
  step,
  peakGflops,
});
session.release();
