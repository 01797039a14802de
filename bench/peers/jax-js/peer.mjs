// One workload in jax-js on its WASM backend: node peer.mjs WORKLOAD THREADS
//
// Gradient and update are one compiled function each. The library's own optimisers (@jax-js/optax) are not on npm; AdamW is written out.
import { batchOf, firstValues, workloads } from "../../workloads/numbers.mjs";
import { measurePeakGflops, servePeer } from "../protocol.mjs";
import { modelsOf } from "./models.mjs";
import { startJax } from "./threads.mjs";

const [, , name, threads] = process.argv;
const { learningRate, weightDecay, clipNorm } = workloads.training;
const { jax, version } = await startJax(Number(threads));
const { numpy: np, tree } = jax;
const lossOf = modelsOf(jax)[name];

/** The batch of a step. */
const arraysOf = (index) =>
  Object.fromEntries(
    Object.entries(batchOf(name, index)).map(([key, { shape, data }]) => [key, np.array(data, { shape })]),
  );

/** What the loss asks for in a first call, by name. */
function initialParameters() {
  const found = {};
  const parameter = (key, shape) => {
    found[key] ??= np.array(firstValues(key, shape), { shape });
    return found[key].ref;
  };
  jax
    .jit((batch) => lossOf(parameter, batch, workloads[name]))(arraysOf(0))
    .dispose();
  return found;
}

const gradientOf = jax.jit(
  jax.valueAndGrad((parameters, batch) => lossOf((key) => parameters[key], batch, workloads[name])),
);

// Clipping, decoupled weight decay, Adam; `corrections` are 1 − β₁ᵗ and 1 − β₂ᵗ.
const update = jax.jit((parameters, first, second, gradients, corrections) => {
  const keys = Object.keys(parameters);
  const squares = keys.map((key) => np.sum(np.square(gradients[key].ref))).reduce((a, b) => a.add(b));
  const scale = np.minimum(np.reciprocal(np.sqrt(squares).add(1e-6)).mul(clipNorm), 1);
  const [firstCorrection, secondCorrection] = np.unstack(corrections);
  const updated = { parameters: {}, first: {}, second: {} };
  for (const key of keys) {
    const gradient = gradients[key].mul(scale.ref);
    const mean = first[key].mul(0.9).add(gradient.ref.mul(0.1));
    const square = second[key].mul(0.999).add(np.square(gradient).mul(0.001));
    const spread = np.sqrt(square.ref.div(secondCorrection.ref)).add(1e-8);
    const step = mean.ref.div(firstCorrection.ref).div(spread).mul(learningRate);
    const decay = parameters[key].ndim > 1 ? 1 - learningRate * weightDecay : 1;
    updated.parameters[key] = parameters[key].mul(decay).sub(step);
    updated.first[key] = mean;
    updated.second[key] = square;
  }
  tree.dispose([scale, firstCorrection, secondCorrection]);
  return updated;
});

let parameters = initialParameters();
const zeros = () => tree.map((values) => np.zeros(values.shape), parameters);
let [first, second] = [zeros(), zeros()];
const count = tree.leaves(parameters).reduce((sum, { size }) => sum + size, 0);

let steps = 0;
async function step() {
  const batch = arraysOf(steps++);
  const corrections = np.array(Float32Array.of(1 - 0.9 ** steps, 1 - 0.999 ** steps));
  const start = performance.now();
  const [loss, gradients] = gradientOf(tree.ref(parameters), batch);
  await jax.blockUntilReady(gradients);
  const differentiated = performance.now();
  ({ parameters, first, second } = update(parameters, first, second, gradients, corrections));
  await jax.blockUntilReady({ parameters, first, second });
  const end = performance.now();
  const [value] = await loss.data();
  return { milliseconds: end - start, updateMilliseconds: end - differentiated, loss: value };
}

async function peakGflops() {
  const matrix = np.array(new Float32Array(2048 ** 2).fill(0.5), { shape: [2048, 2048] });
  const multiply = jax.jit((a, b) => np.matmul(a, b));
  const best = await measurePeakGflops(async () => {
    const product = multiply(matrix.ref, matrix.ref);
    await jax.blockUntilReady(product);
    product.dispose();
  });
  matrix.dispose();
  return best;
}

await servePeer({
  version: `${version} (WASM)`,
  parameters: count,
  threads: Number(threads),
  warmUpSteps: 1,
  step,
  peakGflops,
});
process.exit(0);
