/**
 * The first numbers of a vector, scaled to Euclidean length 1, as OpenAI's `dimensions` has them; the vector as it is where it has no more.
 * Of a model that was not trained for it, short vectors find less.
 */
export function firstDimensions(vector: Float32Array, dimensions?: number): Float32Array {
  if (dimensions === undefined || dimensions >= vector.length) return vector;
  const first = vector.slice(0, dimensions);
  const length = Math.sqrt(first.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? first : first.map((value) => value / length);
}
