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

/**
 * Uniform in ±√(6 / (inputs + outputs)) for a weight `[inputs, outputs]`, which keeps the variance of activations and gradients.
 *
 * @see Glorot & Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010.
 */
export const xavierUniform: Initializer = (shape, random) => {
  const [inputs = 1, outputs = 1] = shape.slice(-2);
  const bound = Math.sqrt(6 / (inputs + outputs));
  return Float32Array.from({ length: elementCount(shape) }, () => (2 * random.uniform() - 1) * bound);
};
