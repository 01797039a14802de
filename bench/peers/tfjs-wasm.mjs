// The bert-22m fine-tuning step in TensorFlow.js on its WASM backend.
//
// The arithmetic is that of the other peers; where the WASM backend lacks a kernel or has only a slow one, the nearest
// equal formulation is used:
// - gather's own gradient needs UnsortedSegmentSum, which the backend lacks: ScatterND, which sums duplicates, gives it;
// - products with a transposed operand take a slow path, plain two-dimensional ones the fast one (XNNPACK): linear
//   layers transpose before they multiply, which makes their gradient about twenty times faster; attention's batched
//   products have no such way round;
// - transposes beyond four dimensions are slow: query, key and value are split before their heads are;
// - LogSoftmax is missing: tf's logSumExp makes the cross-entropy.
import { batchOf, bert22m, initialValues, parameterCount, parameterTable } from "../workloads/bert-22m.mjs";
import { measurePeakGflops, servePeer } from "./protocol.mjs";
import { startTensorFlow } from "./tfjs-threads.mjs";

const { batchSize, sequenceLength, layers, width, heads, classes, layerNormEps, maxPositions } = bert22m;
const headWidth = width / heads;
const { tf, version, threads, build } = await startTensorFlow(Number(process.argv[2]));

const table = parameterTable();
const parameters = new Map(
  table.map(({ name, shape }, index) => [
    name,
    tf.variable(tf.tensor(initialValues(index), shape, "float32"), true, name),
  ]),
);
const variables = [...parameters.values()];
const optimizer = tf.train.adam(bert22m.learningRate, bert22m.beta1, bert22m.beta2, bert22m.eps);
const parameter = (name) => parameters.get(name);

// rows: [rows], int32; weight: [entries, width] -> [rows, width]
function embedding(rows, weight) {
  const lookUp = tf.customGrad((x, save) => {
    save([rows]);
    return {
      value: tf.gather(x, rows),
      gradFunc: (dy, [rows]) => tf.scatterND(tf.expandDims(rows, 1), dy, weight.shape),
    };
  });
  return lookUp(weight);
}

// x: [rows, in] -> [rows, out]
const multiplyAdd = tf.customGrad((x, weight, bias, save) => {
  save([x, weight]);
  return {
    value: tf.fused.matMul({ a: x, b: weight, bias }),
    gradFunc: (dy, [x, weight]) => [tf.matMul(dy, tf.transpose(weight)), tf.matMul(tf.transpose(x), dy), tf.sum(dy, 0)],
  };
});
const linear = (x, name) => multiplyAdd(x, parameter(`${name}.weight`), parameter(`${name}.bias`));

function layerNorm(x, name) {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  const normal = tf.mul(centred, tf.rsqrt(tf.add(variance, layerNormEps)));
  return tf.add(tf.mul(normal, parameter(`${name}.gain`)), parameter(`${name}.bias`));
}

const gelu = (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));

// x: [batch · sequence, width]; maskBias: [batch, 1, 1, sequence], 0 or very negative
function selfAttention(x, maskBias, name) {
  const splitHeads = (rows) =>
    tf.transpose(tf.reshape(rows, [batchSize, sequenceLength, heads, headWidth]), [0, 2, 1, 3]);
  const [query, key, value] = tf.split(linear(x, `${name}.qkv`), 3, 1).map(splitHeads);
  const scores = tf.mul(tf.matMul(query, key, false, true), 1 / Math.sqrt(headWidth));
  const context = tf.matMul(tf.softmax(tf.add(scores, maskBias)), value);
  return linear(tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [-1, width]), `${name}.output`);
}

function logitsOf({ tokens, tokenTypes, mask }) {
  const positions = tf.pad(tf.range(0, sequenceLength, 1, "int32"), [[0, maxPositions - sequenceLength]]);
  const position = tf.slice(embedding(positions, parameter("embeddings.position")), [0, 0], [sequenceLength, width]);
  const word = tf.reshape(embedding(tokens, parameter("embeddings.word")), [batchSize, sequenceLength, width]);
  const tokenType = tf.reshape(embedding(tokenTypes, parameter("embeddings.tokenType")), word.shape);
  let x = tf.reshape(tf.add(tf.add(word, position), tokenType), [-1, width]);
  x = layerNorm(x, "embeddings.norm");
  const maskBias = tf.reshape(tf.mul(tf.sub(1, mask), -1e9), [batchSize, 1, 1, sequenceLength]);
  for (let index = 0; index < layers; index++) {
    const name = `layers.${index}`;
    x = layerNorm(tf.add(x, selfAttention(x, maskBias, `${name}.attention`)), `${name}.attention.norm`);
    const hidden = gelu(linear(x, `${name}.feedForward.up`));
    x = layerNorm(tf.add(x, linear(hidden, `${name}.feedForward.down`)), `${name}.feedForward.norm`);
  }
  const weights = tf.reshape(mask, [batchSize, sequenceLength, 1]);
  const total = tf.sum(tf.mul(tf.reshape(x, [batchSize, sequenceLength, width]), weights), 1);
  return linear(tf.div(total, tf.sum(weights, 1)), "classifier");
}

function crossEntropy(logits, labels) {
  const chosen = tf.sum(tf.mul(logits, tf.oneHot(labels, classes)), -1);
  return tf.mean(tf.sub(tf.logSumExp(logits, -1), chosen));
}

// Clipping, decoupled weight decay, Adam.
function update(gradients) {
  const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)));
  const norm = Math.sqrt(tf.addN(squares).dataSync()[0]);
  const scale = Math.min(1, bert22m.maxGradientNorm / (norm + 1e-6));
  const clipped = Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, scale)]),
  );
  const decay = 1 - bert22m.learningRate * bert22m.weightDecay;
  for (const { name, kind } of table) {
    if (kind === "weight") parameter(name).assign(tf.mul(parameter(name), decay));
  }
  optimizer.applyGradients(clipped);
}

let steps = 0;

async function step() {
  const batch = batchOf(steps++);
  const start = performance.now();
  return tf.tidy(() => {
    const labels = tf.tensor1d(batch.labels, "int32");
    const inputs = {
      tokens: tf.tensor1d(batch.tokens, "int32"),
      tokenTypes: tf.tensor1d(batch.tokenTypes, "int32"),
      mask: tf.tensor1d(Float32Array.from(batch.mask)),
    };
    const { value, grads } = tf.variableGrads(() => crossEntropy(logitsOf(inputs), labels), variables);
    const loss = value.dataSync()[0];
    const differentiated = performance.now();
    update(grads);
    const end = performance.now();
    return { milliseconds: end - start, updateMilliseconds: end - differentiated, loss };
  });
}

async function peakGflops() {
  const a = tf.randomUniform([2048, 2048]);
  const b = tf.randomUniform([2048, 2048]);
  const peak = await measurePeakGflops(() => tf.matMul(a, b).dispose());
  tf.dispose([a, b]);
  return peak;
}

await servePeer({
  version: `${version} (WASM, ${build})`,
  parameters: parameterCount(),
  threads,
  warmUpSteps: 1,
  step,
  peakGflops,
});
// The backend's worker threads would keep the process alive.
process.exit(0);
