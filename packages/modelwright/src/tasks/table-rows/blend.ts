import type { TableLoss } from "./table-loss.ts";

/** Times that a model is added to the blend. */
const STEPS = 25;

/**
 * Weights of models whose weighted mean has the least loss: begins with the best one and adds, one at a time and each as often as it helps, the
 * one that lowers the loss of the mean most (Caruana et al. 2004, "Ensemble selection from libraries of models").
 *
 * @param predictions Of each model on the same rows.
 * @returns One weight per model, 0 for those that do not help; they sum to 1.
 */
export function blendWeights(predictions: readonly Float64Array[], loss: TableLoss): number[] {
  const counts = predictions.map(() => 0);
  const sum = new Float64Array(predictions[0]!.length);
  let best = { counts: [...counts], loss: Number.POSITIVE_INFINITY };
  for (let step = 1; step <= STEPS; step++) {
    const losses = predictions.map((each) =>
      loss.overall(loss.ofRows(sum.map((value, i) => (value + each[i]!) / step))),
    );
    const chosen = losses.indexOf(Math.min(...losses));
    counts[chosen]!++;
    const added = predictions[chosen]!;
    for (let i = 0; i < sum.length; i++) sum[i]! += added[i]!;
    if (losses[chosen]! < best.loss) best = { counts: [...counts], loss: losses[chosen]! };
  }
  const total = best.counts.reduce((a, b) => a + b, 0);
  return best.counts.map((count) => count / total);
}
