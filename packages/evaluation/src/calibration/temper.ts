import type { ClassificationOutcome } from "../metrics/classification-outcome.ts";
import type { MultiLabelScores } from "../metrics/multi-label-outcome.ts";
import { softmaxRows } from "../metrics/softmax-rows.ts";
import { logarithms, logit, sigmoid } from "./logit-rows.ts";

/** A temperature for all rows, or for each. */
export type Temperatures = number | ((row: number) => number);

/**
 * What a classifier of one label per row would have said with its logits divided by a temperature. The likeliest label of
 * a row stays the likeliest.
 */
export function temperClasses<Outcome extends Omit<ClassificationOutcome, "actual">>(
  outcome: Outcome,
  temperature: Temperatures,
): Outcome {
  const { labels, probabilities } = outcome;
  const of = temperatureOf(temperature);
  const logits = logarithms(probabilities).map((value, i) => value / of(Math.floor(i / labels.length)));
  return { ...outcome, probabilities: softmaxRows(logits, labels.length) };
}

/** The same of a classifier of any number of labels per row. Of a label's rows the order stays. */
export function temperLabels<Scores extends MultiLabelScores>(scores: Scores, temperature: Temperatures): Scores {
  const { labels, probabilities } = scores;
  const of = temperatureOf(temperature);
  const tempered = probabilities.map((value, i) => temperProbability(value, of(Math.floor(i / labels.length))));
  return { ...scores, probabilities: tempered };
}

/** The probability of one label, or a threshold of it, once the logits are divided by a temperature. */
export function temperProbability(probability: number, temperature: number): number {
  return sigmoid(logit(probability) / temperature);
}

function temperatureOf(temperature: Temperatures): (row: number) => number {
  return typeof temperature === "number" ? () => temperature : temperature;
}
