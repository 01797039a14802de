import type { Measure } from "@modelwright/contracts";
import { type ClassificationOutcome, estimateClassification } from "@modelwright/evaluation";
import { categoriesAnswered, confidences } from "./answer-columns.ts";
import type { Estimate, ObservedColumns } from "./monitoring.ts";

/** What a client gets of a model that gives one label. */
interface LabelAnswer {
  /** null: the model refused to give one. */
  readonly label: string | null;
  readonly probability: number;
  readonly probabilities?: readonly { readonly label: string; readonly probability: number }[] | undefined;
}

interface LabelManifest {
  readonly labels: readonly string[];
  readonly reject?: { readonly below: number } | undefined;
}

/** In the place of a label that a model refuses to give. */
const NO_LABEL = "(none of the labels)";

export function labelOutputs(answers: readonly LabelAnswer[]): ObservedColumns {
  return {
    ...categoriesAnswered(
      "label",
      answers.map(({ label }) => label ?? NO_LABEL),
    ),
    ...confidences(
      "confidence",
      answers.map(({ probability }) => probability),
    ),
  };
}

/** Answers held to the labels that were right, as the task's own family measures them. */
export function labelOutcome(
  answers: readonly LabelAnswer[],
  truths: readonly unknown[],
  { labels, reject }: LabelManifest,
): ClassificationOutcome {
  const classOf = new Map(labels.map((label, index) => [label, index]));
  return {
    labels,
    actual: Int32Array.from(truths, (label) => classOf.get(label as string)!),
    probabilities: probabilitiesOf(answers, labels),
    ...(reject === undefined ? {} : { rejectBelow: reject.below }),
  };
}

/** `[rows, labels]`. An answer that was kept without those of all labels shares what is left of 1 among the others. */
function probabilitiesOf(answers: readonly LabelAnswer[], labels: readonly string[]): Float64Array {
  const table = new Float64Array(answers.length * labels.length);
  for (const [row, { label, probability, probabilities }] of answers.entries()) {
    const known = new Map(
      probabilities?.map((each) => [each.label, each.probability]) ?? (label === null ? [] : [[label, probability]]),
    );
    const said = [...known.values()].reduce((sum, value) => sum + value, 0);
    const rest = Math.max(0, 1 - said) / Math.max(1, labels.length - known.size);
    for (const [place, name] of labels.entries()) table[row * labels.length + place] = known.get(name) ?? rest;
  }
  return table;
}

/** Labels drawn by the probabilities for each interval. */
const DRAWS = 200;
/** Cells that a draw looks at, about a nanosecond each: rows × labels². */
const MOST_CELLS = 12_000_000;
const [LEAST_ROWS, MOST_ROWS] = [200, 5000];

/** Probabilities that are shown to be further off say little. What is off on the reference is off as much on traffic, which is compared with it. */
const MOST_CALIBRATION_ERROR = 0.05;

/** Of many answers the first so many, which whoever calls this has drawn at random. */
export function estimateLabels(
  answers: readonly LabelAnswer[],
  { labels, metrics, reject }: LabelManifest & { readonly metrics: Readonly<Record<string, Measure>> },
): Estimate {
  const { value = 0, low = value } = metrics.expectedCalibrationError ?? {};
  if (low > MOST_CALIBRATION_ERROR) {
    return {
      because: `probabilities are no shares of right answers: on the test rows they are off by ${value.toFixed(3)} (expected calibration error), and ${MOST_CALIBRATION_ERROR} may be`,
    };
  }
  if (answers.some(({ probabilities }) => probabilities === undefined))
    return { because: "answers were kept without the probabilities of all labels" };
  const rows = Math.min(answers.length, MOST_ROWS, Math.max(LEAST_ROWS, Math.floor(MOST_CELLS / labels.length ** 2)));
  const probabilities = normalised(probabilitiesOf(answers.slice(0, rows), labels), labels.length);
  const outcome = { labels, probabilities, ...(reject === undefined ? {} : { rejectBelow: reject.below }) };
  return { rows, measures: estimateClassification(outcome, { resamples: DRAWS, seed: 0 }) };
}

/** Rows whose sum is 1 but for the rounding of what was kept. */
function normalised(table: Float64Array, width: number): Float64Array {
  for (let first = 0; first < table.length; first += width) {
    const row = table.subarray(first, first + width);
    const sum = row.reduce((all, value) => all + value, 0);
    for (let i = 0; i < width; i++) row[i]! /= sum;
  }
  return table;
}
