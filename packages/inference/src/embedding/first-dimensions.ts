import { ModelwrightError } from "@modelwright/contracts";

/**
 * The first numbers of a vector, scaled to Euclidean length 1, as OpenAI's `dimensions` has them; the vector as it is where none are asked
 * for. Of a model that was not trained for it, short vectors find less.
 *
 * @throws {ModelwrightError} `MODEL_OPTION_INVALID` for more than there are.
 */
export function firstDimensions(vector: Float32Array, dimensions?: number): Float32Array {
  if (dimensions === undefined) return vector;
  if (dimensions > vector.length) {
    const rule = `at most ${vector.length}, the width of the model's vectors`;
    throw new ModelwrightError("MODEL_OPTION_INVALID", { option: "dimensions", rule, value: dimensions });
  }
  const first = vector.slice(0, dimensions);
  const length = Math.sqrt(first.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? first : first.map((value) => value / length);
}
