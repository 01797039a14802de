import { type ActualWindows, meanScaledError } from "./forecast-errors.ts";

/** Times that a model is added to the blend. */
const STEPS = 20;

/**
 * Weights of models whose weighted mean has the least error: begins with the best one and adds the one that lowers the error of the mean most
 * (Caruana et al. 2004, "Ensemble selection from libraries of models").
 *
 * @param predictions Of each model for the same windows.
 * @returns One weight per model, 0 for those that do not help; they sum to 1.
 */
export function forecastWeights(predictions: readonly ArrayLike<number>[], actual: ActualWindows): number[] {
  const counts = predictions.map(() => 0);
  const sum = new Float64Array(predictions[0]!.length);
  const mean = new Float64Array(sum.length);
  let best = { counts: [...counts], error: Number.POSITIVE_INFINITY };
  for (let step = 1; step <= STEPS; step++) {
    const errors = predictions.map((each) => {
      for (let i = 0; i < mean.length; i++) mean[i] = (sum[i]! + each[i]!) / step;
      return meanScaledError(actual, mean);
    });
    const chosen = errors.indexOf(Math.min(...errors));
    counts[chosen]!++;
    const added = predictions[chosen]!;
    for (let i = 0; i < sum.length; i++) sum[i]! += added[i]!;
    if (errors[chosen]! < best.error) best = { counts: [...counts], error: errors[chosen]! };
  }
  const total = best.counts.reduce((a, b) => a + b, 0);
  return best.counts.map((count) => count / total);
}
