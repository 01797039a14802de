import { tensorFrom } from "@modelwright/engine";
import { fromFloat32Text } from "../float32-text.ts";
import type { Reduction } from "./reduction.ts";

/** A dense layer, x·weight + bias, with max(0, x) behind all layers but the last. */
interface DenseLayer {
  readonly outputs: number;
  /** `[inputs, outputs]`, float32 in base64. */
  readonly weight: string;
  /** `[outputs]`, likewise. */
  readonly bias: string;
}

/** The first half of an autoencoder. */
export interface DenseEncoder {
  readonly layers: readonly DenseLayer[];
}

/** Numbers that a network makes of all features together. */
export const dense: Reduction<DenseEncoder> = {
  features: (_, { layers }) =>
    Array.from({ length: layers.at(-1)!.outputs }, (__, k) => ({ name: `component ${k + 1}`, from: "" })),
  words: ({ layers }, width) => `${width} numbers become ${layers.at(-1)!.outputs}, by an autoencoder`,
  apply: (data, width, { layers }) => {
    const rows = data.length / width;
    return layers.reduce((x, layer, at) => {
      const found = applyLayer(x, rows, layer);
      return at < layers.length - 1 ? found.map((value) => Math.max(0, value)) : found;
    }, data);
  },
  compile: (b, x, { layers }) =>
    layers.reduce((value, { outputs, weight, bias }, at) => {
      const weights = fromFloat32Text(weight);
      const matrix = b.initializer(
        b.scoped(`encoder.${at}.weight`),
        tensorFrom("float32", [weights.length / outputs, outputs], weights),
      );
      const offset = b.initializer(
        b.scoped(`encoder.${at}.bias`),
        tensorFrom("float32", [outputs], fromFloat32Text(bias)),
      );
      const sum = b.op("Add", [b.op("MatMul", [value, matrix]), offset]);
      return at < layers.length - 1 ? b.op("Relu", [sum]) : sum;
    }, x),
};

function applyLayer(x: Float32Array, rows: number, { outputs, weight, bias }: DenseLayer): Float32Array {
  const [weights, offset] = [fromFloat32Text(weight), fromFloat32Text(bias)];
  const width = x.length / rows;
  const found = new Float32Array(rows * outputs);
  const sums = new Float64Array(outputs);
  for (let row = 0; row < rows; row++) {
    sums.set(offset);
    for (let i = 0; i < width; i++)
      for (let k = 0; k < outputs; k++) sums[k]! += x[row * width + i]! * weights[i * outputs + k]!;
    found.set(sums, row * outputs);
  }
  return found;
}
