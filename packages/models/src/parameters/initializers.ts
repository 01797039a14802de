import { elementCount, type RandomSource } from "@modelwright/engine";

/** Draws the first values of a parameter. */
export type Initializer = (shape: readonly number[], random: RandomSource) => Float32Array;

/** The same value everywhere: 0 for biases, 1 for the scales of norms. */
export function constant(value: number): Initializer {
  return (shape) => new Float32Array(elementCount(shape)).fill(value);
}

/** Normal with mean 0, redrawn beyond two standard deviations, as BERT's weights are. */
export function truncatedNormal(standardDeviation: number): Initializer {
  return (shape, random) => {
    const values = new Float32Array(elementCount(shape));
    for (let i = 0; i < values.length; i++) {
      let value = random.normal();
      while (Math.abs(value) > 2) value = random.normal();
      values[i] = value * standardDeviation;
    }
    return values;
  };
}

/** Normal with mean 0. */
export function normal(standardDeviation: number): Initializer {
  return (shape, random) => draw(shape, () => random.normal() * standardDeviation);
}

/** Uniform in ±bound. */
export function uniform(bound: number): Initializer {
  return (shape, random) => draw(shape, () => (2 * random.uniform() - 1) * bound);
}

/**
 * Uniform in ±√(6 / (inputs + outputs)), which keeps the variance of activations and gradients.
 *
 * @see Glorot & Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010.
 */
export const xavierUniform: Initializer = (shape, random) => {
  const { inputs, outputs } = fans(shape);
  return uniform(Math.sqrt(6 / (inputs + outputs)))(shape, random);
};

/** Normal with variance 2 / (inputs + outputs): see `xavierUniform`. */
export const xavierNormal: Initializer = (shape, random) => {
  const { inputs, outputs } = fans(shape);
  return normal(Math.sqrt(2 / (inputs + outputs)))(shape, random);
};

/**
 * Uniform in ±√(6 / inputs), which keeps the variance of activations through rectifiers.
 *
 * @see He, Zhang, Ren & Sun, "Delving deep into rectifiers", arXiv:1502.01852.
 */
export const heUniform: Initializer = (shape, random) => uniform(Math.sqrt(6 / fans(shape).inputs))(shape, random);

/** Normal with variance 2 / inputs: see `heUniform`. */
export const heNormal: Initializer = (shape, random) => normal(Math.sqrt(2 / fans(shape).inputs))(shape, random);

/**
 * A random matrix with orthonormal rows, or columns where there are more rows, times `gain`. Axes after the first count as one.
 *
 * @see Saxe, McClelland & Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", arXiv:1312.6120.
 */
export function orthogonal(gain = 1): Initializer {
  return (shape, random) => {
    const rows = shape[0] ?? 1;
    const columns = elementCount(shape.slice(1));
    const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
    const basis: Float64Array[] = [];
    while (basis.length < count) {
      const vector = Float64Array.from({ length }, () => random.normal());
      // Gram–Schmidt; the second pass takes away what rounding left of the first.
      for (const other of [...basis, ...basis]) {
        const share = dot(vector, other);
        for (let i = 0; i < length; i++) vector[i]! -= share * other[i]!;
      }
      const norm = Math.sqrt(dot(vector, vector));
      basis.push(vector.map((value) => value / norm));
    }
    const at = (row: number, column: number) => (rows <= columns ? basis[row]![column]! : basis[column]![row]!);
    return Float32Array.from({ length: rows * columns }, (_, i) => gain * at(Math.floor(i / columns), i % columns));
  };
}

/** Weights `[inputs, outputs]` of a dense layer, or `[outputs, inputs, ...kernel]` of a convolution: what meets in one sum. */
function fans(shape: readonly number[]): { readonly inputs: number; readonly outputs: number } {
  if (shape.length <= 2) return { inputs: shape[0] ?? 1, outputs: shape[1] ?? 1 };
  const [outputs = 1, inputs = 1, ...kernel] = shape;
  const size = elementCount(kernel);
  return { inputs: inputs * size, outputs: outputs * size };
}

function draw(shape: readonly number[], next: () => number): Float32Array {
  return Float32Array.from({ length: elementCount(shape) }, next);
}

function dot(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, value, i) => sum + value * y[i]!, 0);
}
