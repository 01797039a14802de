import { negativeLog } from "../metrics/averages.ts";
import { type ClassificationOutcome, checkOutcome, predictedClasses } from "../metrics/classification-outcome.ts";
import { checkMultiLabelScores, type MultiLabelScores } from "../metrics/multi-label-outcome.ts";
import { equalMassCalibrationError } from "./equal-mass-calibration-error.ts";

/** How far probabilities mean what they say; less is better for each. */
export interface CalibrationMeasures {
  /** Expected calibration error over 15 bins of equally many rows, in `[0, 1]`. */
  readonly ece: number;
  /** Mean negative logarithm of the probability given to the truth, nats. */
  readonly logLoss: number;
  /** Mean squared distance of the probabilities from the truth: of one label per row summed over labels, in `[0, 2]`. */
  readonly brier: number;
}

/**
 * The calibration of a classifier that gives each row one label: of its top probability, and of all for the Brier score.
 *
 * @throws {ModelwrightError} As `checkOutcome`.
 * @see Brier, "Verification of forecasts expressed in terms of probability", 1950
 */
export function classCalibration(outcome: ClassificationOutcome): CalibrationMeasures {
  checkOutcome(outcome);
  const { labels, actual, probabilities } = outcome;
  const [rows, classes] = [actual.length, labels.length];
  const predicted = predictedClasses(outcome);
  let [loss, squares] = [0, 0];
  for (let row = 0; row < rows; row++) {
    for (let label = 0; label < classes; label++) {
      squares += (probabilities[row * classes + label]! - (label === actual[row] ? 1 : 0)) ** 2;
    }
    loss += negativeLog(probabilities[row * classes + actual[row]!]!);
  }
  const confidences = Float64Array.from(predicted, (label, row) => probabilities[row * classes + label]!);
  const right = predicted.map((label, row) => (label === actual[row] ? 1 : 0));
  return { ece: equalMassCalibrationError(confidences, right), logLoss: loss / rows, brier: squares / rows };
}

/**
 * The calibration of a classifier that gives each row any number of labels, over all pairs of row and label.
 *
 * @throws {ModelwrightError} As `checkMultiLabelScores`.
 */
export function labelCalibration(scores: MultiLabelScores): CalibrationMeasures {
  checkMultiLabelScores(scores);
  const { actual, probabilities } = scores;
  let [loss, squares] = [0, 0];
  for (let pair = 0; pair < actual.length; pair++) {
    const [probability, mark] = [probabilities[pair]!, actual[pair]!];
    loss += negativeLog(mark === 1 ? probability : 1 - probability);
    squares += (probability - mark) ** 2;
  }
  const pairs = actual.length;
  return { ece: equalMassCalibrationError(probabilities, actual), logLoss: loss / pairs, brier: squares / pairs };
}
