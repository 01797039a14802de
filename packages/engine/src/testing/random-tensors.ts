import type { ReferenceStrings, ReferenceTensor } from "../ops/operator.ts";
import type { NumericDType } from "../tensor/dtype.ts";
import { elementCount } from "../tensor/tensor.ts";

/** Uniform numbers in [0, 1) from a seed: the mulberry32 generator, which is small and good enough for test data. */
export function seededUniform(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Fresh data at each call, the same data in each run of the program: the seed is the shape's and the range's. */
interface Range {
  /** Default −2. */
  readonly from?: number;
  /** Default 2. */
  readonly to?: number;
  readonly seed?: number;
}

/** Uniform float32 data. */
export function uniform(shape: readonly number[], { from = -2, to = 2, seed = 1 }: Range = {}): ReferenceTensor {
  const next = seededUniform(seed * 7919 + elementCount(shape));
  return values(
    "float32",
    shape,
    Array.from({ length: elementCount(shape) }, () => from + (to - from) * next()),
  );
}

/** Float32 data of both signs whose magnitude lies in [`from`, `to`]: away from a kink at 0. Default [0.2, 2]. */
export function awayFromZero(shape: readonly number[], { from = 0.2, to = 2, seed = 1 }: Range = {}): ReferenceTensor {
  const magnitudes = uniform(shape, { from, to, seed });
  const next = seededUniform(seed * 104729 + 1);
  return { ...magnitudes, data: magnitudes.data.map((value) => (next() < 0.5 ? -value : value)) };
}

/** Float32 data in random order without close neighbours: 0.25 apart, around 0. */
export function distinct(shape: readonly number[], { seed = 1 }: Pick<Range, "seed"> = {}): ReferenceTensor {
  const count = elementCount(shape);
  const data = Array.from({ length: count }, (_, i) => 0.25 * (i - count / 2) + 0.1);
  const next = seededUniform(seed * 15485863 + count);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [data[i], data[j]] = [data[j]!, data[i]!];
  }
  return values("float32", shape, data);
}

/** Stated data. Float32 data is rounded to float32, so that the runtime sees the same numbers. */
export function values(dtype: NumericDType, shape: readonly number[], data: readonly number[]): ReferenceTensor {
  if (data.length !== elementCount(shape)) throw new Error(`shape [${shape}] does not hold ${data.length} elements`);
  return { dtype, shape, data: Float64Array.from(data, dtype === "float32" ? Math.fround : (value) => value) };
}

/** Stated texts. */
export function texts(shape: readonly number[], data: readonly string[]): ReferenceStrings {
  if (data.length !== elementCount(shape)) throw new Error(`shape [${shape}] does not hold ${data.length} texts`);
  return { dtype: "string", shape, data };
}
