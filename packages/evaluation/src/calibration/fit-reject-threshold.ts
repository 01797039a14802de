import { type ClassificationOutcome, checkOutcome, predictedClasses } from "../metrics/classification-outcome.ts";
import { fallingOrder } from "../metrics/ranking.ts";

/** What a threshold does to some rows: those below it get no answer. */
export interface RejectEffect {
  readonly rows: number;
  /** Share of the rows that are answered, in `[0, 1]`. */
  readonly coverage: number;
  /** Share of right answers among the answered rows; absent where none is answered. */
  readonly precision?: number;
}

/** Fewer answered rows say too little about how often an answer is right. */
const FEWEST_ANSWERED = 20;

/** What a threshold on the top probability does to the rows of an outcome. */
export function rejectEffect(outcome: ClassificationOutcome, below: number): RejectEffect {
  const { rows, confidences, right } = confidencesOf(outcome);
  let [answered, hits] = [0, 0];
  for (let row = 0; row < rows; row++) {
    if (confidences[row]! < below) continue;
    answered += 1;
    hits += right[row]!;
  }
  return { rows, coverage: answered / rows, ...(answered === 0 ? {} : { precision: hits / answered }) };
}

/**
 * The lowest threshold on the top probability above which answers are right as often as is wanted, to be called with
 * validation rows: it answers the most rows of all that keep the promise there.
 *
 * It lies halfway between two neighbouring probabilities; 0 where all rows together are right often enough.
 *
 * @param precision Wanted share of right answers, in `(0, 1)`.
 * @returns Undefined where no threshold that answers 20 rows reaches it.
 * @throws {ModelwrightError} As `checkOutcome`.
 */
export function fitRejectThreshold(outcome: ClassificationOutcome, precision: number): number | undefined {
  const { rows, confidences, right } = confidencesOf(outcome);
  const order = fallingOrder(confidences);
  let threshold: number | undefined;
  let hits = 0;
  for (let rank = 0; rank < rows; rank++) {
    const confidence = confidences[order[rank]!]!;
    hits += right[order[rank]!]!;
    const answered = rank + 1;
    if (answered === rows) return hits / answered >= precision && answered >= FEWEST_ANSWERED ? 0 : threshold;
    const next = confidences[order[answered]!]!;
    if (next === confidence || answered < FEWEST_ANSWERED || hits / answered < precision) continue;
    // Between two neighbouring numbers the mean may be the lower one.
    const between = (confidence + next) / 2;
    threshold = between > next ? between : confidence;
  }
  return threshold;
}

function confidencesOf(outcome: ClassificationOutcome) {
  checkOutcome(outcome);
  const { labels, actual, probabilities } = outcome;
  const predicted = predictedClasses(outcome);
  return {
    rows: actual.length,
    confidences: Float64Array.from(predicted, (label, row) => probabilities[row * labels.length + label]!),
    right: predicted.map((label, row) => (label === actual[row] ? 1 : 0)),
  };
}
