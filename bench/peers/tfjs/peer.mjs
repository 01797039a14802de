// One workload in TensorFlow.js on its WASM backend: node peer.mjs WORKLOAD THREADS
import { batchOf, firstValues, workloads } from "../../workloads/numbers.mjs";
import { measurePeakGflops, servePeer } from "../protocol.mjs";
import { modelsOf } from "./models.mjs";
import { startTensorFlow } from "./threads.mjs";

const [, , name, wanted] = process.argv;
const { learningRate, weightDecay, clipNorm } = workloads.training;
const { tf, version, threads, build } = await startTensorFlow(Number(wanted));

const parameters = new Map();
function parameter(key, shape) {
  if (!parameters.has(key)) {
    parameters.set(key, tf.variable(tf.tensor(firstValues(key, shape), shape, "float32"), true, key));
  }
  return parameters.get(key);
}
const lossOf = modelsOf(tf, parameter)[name];
tf.tidy(() => lossOf(tensorsOf(0), workloads[name])); // makes the parameters
const optimizer = tf.train.adam(learningRate, 0.9, 0.999, 1e-8);

/** The batch of a step. */
function tensorsOf(index) {
  return Object.fromEntries(
    Object.entries(batchOf(name, index)).map(([key, { shape, data }]) => {
      return [key, tf.tensor(data, shape, data instanceof Int32Array ? "int32" : "float32")];
    }),
  );
}

// Clipping, decoupled weight decay, Adam.
function update(gradients) {
  const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)));
  const norm = Math.sqrt(tf.addN(squares).dataSync()[0]);
  const scale = Math.min(1, clipNorm / (norm + 1e-6));
  const clipped = Object.entries(gradients).map(([key, gradient]) => [key, tf.mul(gradient, scale)]);
  const decay = 1 - learningRate * weightDecay;
  for (const weight of parameters.values()) if (weight.rank > 1) weight.assign(tf.mul(weight, decay));
  optimizer.applyGradients(Object.fromEntries(clipped));
}

let steps = 0;
async function step() {
  return tf.tidy(() => {
    const batch = tensorsOf(steps++);
    const start = performance.now();
    const { value, grads } = tf.variableGrads(() => lossOf(batch, workloads[name]));
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
  parameters: Array.from(parameters.values(), ({ size }) => size).reduce((sum, size) => sum + size, 0),
  threads,
  warmUpSteps: 2,
  step,
  peakGflops,
});
// The backend's worker threads would keep the process alive.
process.exit(0);
