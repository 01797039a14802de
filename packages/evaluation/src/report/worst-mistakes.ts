import { type ClassificationOutcome, predictedClasses } from "../metrics/classification-outcome.ts";

/** A row that was given a wrong label. */
export interface Mistake {
  readonly row: number;
  readonly actual: string;
  readonly predicted: string;
  /** Probability of the label that was given. */
  readonly probability: number;
  /** Probability of the right label. */
  readonly actualProbability: number;
}

/** The wrong answers whose right label was thought least likely, worst first. */
export function worstMistakes(outcome: ClassificationOutcome, limit = 20): Mistake[] {
  const { labels, actual, probabilities } = outcome;
  const mistakes: Mistake[] = [];
  predictedClasses(outcome).forEach((predicted, row) => {
    if (predicted === actual[row]) return;
    mistakes.push({
      row,
      actual: labels[actual[row]!]!,
      predicted: labels[predicted]!,
      probability: probabilities[row * labels.length + predicted]!,
      actualProbability: probabilities[row * labels.length + actual[row]!]!,
    });
  });
  return mistakes.sort((a, b) => a.actualProbability - b.actualProbability || a.row - b.row).slice(0, limit);
}
