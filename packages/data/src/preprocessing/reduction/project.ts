import { tensorFrom } from "@modelwright/engine";
import { fromFloat32Text } from "../float32-text.ts";
import type { Reduction } from "./reduction.ts";

/** (x − offset)·matrix. */
export interface Projection {
  /** Of each feature, float32. */
  readonly offset: readonly number[];
  readonly components: number;
  /** `[features, components]`, float32 in base64. */
  readonly matrix: string;
  /** What gave the directions. */
  readonly by: string;
}

/** Numbers that are made of all features together. */
export const project: Reduction<Projection> = {
  features: (_, { components }) =>
    Array.from({ length: components }, (__, k) => ({ name: `component ${k + 1}`, from: "" })),
  words: ({ by, components }, width) => `${width} numbers become ${components}, by ${by}`,
  apply: (data, width, { offset, components, matrix }) => {
    const weights = fromFloat32Text(matrix);
    const rows = data.length / width;
    const found = new Float32Array(rows * components);
    const sums = new Float64Array(components);
    for (let row = 0; row < rows; row++) {
      sums.fill(0);
      for (let column = 0; column < width; column++) {
        const x = Math.fround(data[row * width + column]! - offset[column]!);
        for (let k = 0; k < components; k++) sums[k]! += x * weights[column * components + k]!;
      }
      found.set(sums, row * components);
    }
    return found;
  },
  compile: (b, x, { offset, components, matrix }) => {
    const shape = [offset.length, components];
    const weights = b.initializer(b.scoped("projection"), tensorFrom("float32", shape, fromFloat32Text(matrix)));
    return b.op("MatMul", [b.op("Sub", [x, b.constant("float32", [1, offset.length], offset)]), weights]);
  },
};
