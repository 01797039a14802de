// Sizes, first weights and batches of every workload, from a hash of position and name, as pytorch.py computes them: every peer, in every
// language, starts from the same numbers without exchanging files.
import { readFileSync } from "node:fs";

export const workloads = JSON.parse(readFileSync(new URL("workloads.json", import.meta.url), "utf8"));

const STREAM_STRIDE = 0x9e3779b1;

/** FNV-1a, 32 bits, of ASCII text. */
function fnv1a(text) {
  let state = 0x811c9dc5;
  for (const character of text) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return state;
}

/**
 * The finaliser of MurmurHash3 (32 bits) over the positions of a named stream.
 *
 * @see https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp (`fmix32`, public domain)
 */
export function hashed(size, stream) {
  const offset = Math.imul(fnv1a(stream), STREAM_STRIDE);
  const values = new Uint32Array(size);
  for (let position = 0; position < size; position++) {
    let bits = (position + offset) | 0;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    values[position] = bits ^ (bits >>> 16);
  }
  return values;
}

const sizeOf = (shape) => shape.reduce((product, length) => product * length, 1);

/** Numbers of a stream in [−1, 1). */
function units(stream, shape) {
  const bits = hashed(sizeOf(shape), stream);
  return { shape, data: new Float32Array(bits.length).map((_, position) => (bits[position] >>> 8) / 2 ** 23 - 1) };
}

/** Whole numbers of a stream below a bound. */
function integers(stream, below, shape) {
  return { shape, data: Int32Array.from(hashed(sizeOf(shape), stream), (bits) => bits % below) };
}

/**
 * First values of a parameter, row-major: scales of norms 1, biases 0, weights uniform in ±weightBound.
 *
 * @param {string} name As Modelwright names it.
 * @param {readonly number[]} shape
 */
export function firstValues(name, shape) {
  if (/norm\d*\.weight$/.test(name)) return new Float32Array(sizeOf(shape)).fill(1);
  if (name.endsWith("bias")) return new Float32Array(sizeOf(shape));
  return units(name, shape).data.map((unit) => unit * workloads.training.weightBound);
}

const images = ({ batchSize, classes, image, features }) => ({
  x: (step) => units(`x${step}`, [batchSize, ...(image ?? [features])]),
  labels: (step) => integers(`labels${step}`, classes, [batchSize]),
});

const followingTokens = ({ batchSize, positions, vocabularySize }) => ({
  input_ids: (step) => integers(`ids${step}`, vocabularySize, [batchSize, positions]),
  labels: (step) => integers(`labels${step}`, vocabularySize, [batchSize, positions]),
});

/** By workload: what a batch is made of. */
const BATCHES = {
  bert: ({ batchSize, length, vocabularySize, classes }) => ({
    input_ids: (step) => integers(`ids${step}`, vocabularySize, [batchSize, length]),
    // Every text is full, so that all peers work on as many real tokens; the mask is passed all the same, as in real fine-tuning.
    attention_mask: () => ({ shape: [batchSize, length], data: new Int32Array(batchSize * length).fill(1) }),
    labels: (step) => integers(`labels${step}`, classes, [batchSize]),
  }),
  gpt2: followingTokens,
  "gpt2-small": followingTokens,
  resnet18: images,
  lenet: images,
  lstm: ({ batchSize, length, features }) => ({
    sequences: (step) => units(`x${step}`, [batchSize, length, features]),
    values: (step) => units(`y${step}`, [batchSize, 1]),
  }),
  mlp: images,
};

/**
 * The batch of one step.
 *
 * @param {keyof typeof BATCHES} name Of the workload.
 * @param {number} step Since the start, warm-up included, from 0.
 * @returns {Record<string, { shape: number[], data: Float32Array | Int32Array }>} By the names of Modelwright's inputs and targets.
 */
export function batchOf(name, step) {
  return Object.fromEntries(Object.entries(BATCHES[name](workloads[name])).map(([key, make]) => [key, make(step)]));
}
