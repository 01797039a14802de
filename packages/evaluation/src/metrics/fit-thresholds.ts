import { checkMultiLabelScores, type MultiLabelScores } from "./multi-label-outcome.ts";
import { fallingOrder } from "./ranking.ts";

/** Of a label of which the rows tell nothing. */
const NEUTRAL_THRESHOLD = 0.5;

/**
 * Chooses for each label the threshold with the best F1, to be called with validation rows: with test rows the
 * measures would flatter the model.
 *
 * A threshold lies halfway between two neighbouring probabilities, below the lowest halfway to 0. Of several with the
 * same F1 the highest is taken, which gives the label to the fewest rows. A label without positive rows gets 0.5.
 *
 * @returns `[labels]`
 * @throws {ModelwrightError} As `checkMultiLabelScores`.
 * @see Lipton et al., "Optimal Thresholding of Classifiers to Maximize F1 Measure", 2014
 */
export function fitThresholds(scores: MultiLabelScores): Float64Array {
  const rows = checkMultiLabelScores(scores);
  const { labels, actual, probabilities } = scores;
  return Float64Array.from(labels, (_, label) => {
    const column = (values: ArrayLike<number>) =>
      Float64Array.from({ length: rows }, (_, row) => values[row * labels.length + label]!);
    return bestThreshold(column(probabilities), column(actual));
  });
}

function bestThreshold(probabilities: Float64Array, actual: Float64Array): number {
  const positives = actual.reduce((sum, each) => sum + each, 0);
  const order = fallingOrder(probabilities);
  let best = { f1: 0, threshold: NEUTRAL_THRESHOLD };
  let found = 0;
  order.forEach((row, rank) => {
    found += actual[row]!;
    const probability = probabilities[row]!;
    const next = rank + 1 < order.length ? probabilities[order[rank + 1]!]! : 0;
    const isLastOfItsTie = rank + 1 === order.length || next < probability;
    const f1 = (2 * found) / (rank + 1 + positives);
    if (!isLastOfItsTie || f1 <= best.f1) return;
    // Between two neighbouring numbers the mean may be the lower one.
    const between = (probability + next) / 2;
    best = { f1, threshold: between > next ? between : probability };
  });
  return best.threshold;
}
