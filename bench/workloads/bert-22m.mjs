// The fine-tuning step of a MiniLM-L6-shaped encoder: shapes, first weights, batches and FLOPs.
//
// Weights and batches come from a hash of their position, so that every peer, in every language, starts from the
// same numbers without exchanging files, and the losses of the first steps can be compared between peers.
import { readFileSync } from "node:fs";

/** Sizes and hyperparameters, shared with the Python peer. */
export const bert22m = JSON.parse(readFileSync(new URL("./bert-22m.json", import.meta.url), "utf8"));

// Streams of the hash: parameters use their index; inputs start beyond any parameter.
const TOKEN_STREAM = 1_000_000;
const LABEL_STREAM = 2_000_000;
const STREAM_STRIDE = 0x9e3779b1;

/**
 * The finaliser of MurmurHash3 (32 bits) over `position` of a numbered stream.
 *
 * @see https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp (`fmix32`, public domain)
 */
function hash(position, stream) {
  let bits = (position + Math.imul(stream, STREAM_STRIDE)) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/**
 * Every parameter in order: name, shape and first value.
 *
 * Weights of linear layers are `[in, out]`; `qkv` holds query, key and value side by side, each split into heads.
 * `weight` parameters take part in weight decay, gains and biases do not.
 *
 * @returns {{ name: string, shape: number[], kind: "weight" | "gain" | "bias" }[]}
 */
export function parameterTable(config = bert22m) {
  const { vocabularySize, maxPositions, tokenTypes, layers, width, feedForwardWidth, classes } = config;
  const weight = (name, ...shape) => ({ name, shape, kind: "weight" });
  const linear = (name, inputs, outputs) => [
    weight(`${name}.weight`, inputs, outputs),
    { name: `${name}.bias`, shape: [outputs], kind: "bias" },
  ];
  const norm = (name) => [
    { name: `${name}.gain`, shape: [width], kind: "gain" },
    { name: `${name}.bias`, shape: [width], kind: "bias" },
  ];
  const layer = (name) => [
    ...linear(`${name}.attention.qkv`, width, 3 * width),
    ...linear(`${name}.attention.output`, width, width),
    ...norm(`${name}.attention.norm`),
    ...linear(`${name}.feedForward.up`, width, feedForwardWidth),
    ...linear(`${name}.feedForward.down`, feedForwardWidth, width),
    ...norm(`${name}.feedForward.norm`),
  ];
  return [
    weight("embeddings.word", vocabularySize, width),
    weight("embeddings.position", maxPositions, width),
    weight("embeddings.tokenType", tokenTypes, width),
    ...norm("embeddings.norm"),
    ...Array.from({ length: layers }, (_, index) => layer(`layers.${index}`)).flat(),
    ...linear("classifier", width, classes),
  ];
}

/** Number of trainable numbers. */
export function parameterCount(config = bert22m) {
  return parameterTable(config).reduce((total, { shape }) => total + shape.reduce((a, b) => a * b), 0);
}

/**
 * First values of the parameter at `index` of the table: gains 1, biases 0, weights uniform with mean 0 and the
 * configured standard deviation.
 *
 * @returns {Float32Array} Row-major values.
 */
export function initialValues(index, config = bert22m) {
  const { shape, kind } = parameterTable(config)[index];
  const values = new Float32Array(shape.reduce((a, b) => a * b));
  if (kind !== "weight") return values.fill(kind === "gain" ? 1 : 0);
  const bound = config.initialStandardDeviation * Math.sqrt(3);
  for (let i = 0; i < values.length; i++) values[i] = ((hash(i, index) >>> 8) / 2 ** 23 - 1) * bound;
  return values;
}

/**
 * The batch of one step: every sequence is full, so that all peers work on `batchSize × sequenceLength` real tokens;
 * the mask is passed all the same, as in real fine-tuning.
 *
 * @param {number} step Zero-based number of the step since the start, warm-up included.
 * @returns {{ tokens: Int32Array, tokenTypes: Int32Array, mask: Int32Array, labels: Int32Array }} `[batch, sequence]`
 *   three times and `[batch]`.
 */
export function batchOf(step, config = bert22m) {
  const { batchSize, sequenceLength, vocabularySize, classes } = config;
  const size = batchSize * sequenceLength;
  return {
    tokens: Int32Array.from({ length: size }, (_, i) => hash(i, TOKEN_STREAM + step) % vocabularySize),
    tokenTypes: new Int32Array(size),
    mask: new Int32Array(size).fill(1),
    labels: Int32Array.from({ length: batchSize }, (_, i) => hash(i, LABEL_STREAM + step) % classes),
  };
}

/**
 * Floating-point operations of one step in its matrix products, a multiply and an add counting as two.
 *
 * Forward, for B sequences of T tokens, L layers of width H:
 * - each weight of a linear layer meets each token once: 2 · B·T · L · (3H² + H² + 2·H·F), F the feed-forward width;
 * - attention scores (Q·Kᵀ) and their application to V: 2 · (2 · B · T² · H) · L = 4·B·T²·H·L.
 *
 * Backward computes two products (gradient of the input, gradient of the weight) for each one forward: 3 × forward in
 * all. Embedding look-ups, the classifier (384 × 2 on 16 rows), norms, GELU, softmax, clipping and the update are left
 * out: they are what a step spends beyond its useful arithmetic, so they lower the printed efficiency.
 */
export function stepFlops(config = bert22m) {
  const { batchSize, sequenceLength, layers, width, feedForwardWidth } = config;
  const linearWeights = layers * (4 * width * width + 2 * width * feedForwardWidth);
  const linear = 2 * linearWeights * batchSize * sequenceLength;
  const attention = 4 * batchSize * sequenceLength ** 2 * width * layers;
  return 3 * (linear + attention);
}
