import type { ClassificationMetric, Measure } from "@modelwright/contracts";
import { RandomSource } from "@modelwright/engine";
import { classificationFamily } from "../families/classification.ts";
import { type BootstrapOptions, checkBootstrapOptions } from "../intervals/bootstrap-options.ts";
import { quantile } from "../intervals/quantile.ts";
import { type ClassificationOutcome, checkOutcome } from "../metrics/classification-outcome.ts";

/** What a classifier said about rows whose labels are not known. */
export type UnlabelledClassification = Omit<ClassificationOutcome, "actual">;

/** Of probabilities that are taken to be right the calibration error is 0, whatever they are. */
type Estimated = Exclude<ClassificationMetric, "expectedCalibrationError">;

/**
 * The measures of a classifier on rows without labels, from its probabilities alone: each row stands once per label, as
 * often as the label is probable, which is confidence-based performance estimation.
 *
 * The estimate is as good as the calibration. It follows a change of what comes in; a change of which label fits a row
 * moves no probability, and is not seen. An interval is where the measure of just these rows would lie, drawn with
 * labels by their probabilities; where the calibration is wrong, it is not there.
 *
 * Cost: `rows × labels²` per draw, about a nanosecond each.
 *
 * @throws {ModelwrightError} `EVALUATION_EMPTY`, `EVALUATION_SHAPE_MISMATCH`, `EVALUATION_PROBABILITY_INVALID`,
 * `EVALUATION_OPTION_INVALID`.
 * @see NannyML, "Confidence-based performance estimation", 2022
 */
export function estimateClassification(
  outcome: UnlabelledClassification,
  bootstrap: BootstrapOptions,
): Partial<Record<Estimated, Measure>> {
  const { resamples, seed, confidence } = checkBootstrapOptions(bootstrap);
  const classes = outcome.labels.length;
  const rows = classes === 0 ? 0 : Math.ceil(outcome.probabilities.length / classes);
  checkOutcome({ ...outcome, actual: new Int32Array(rows) });
  const { keys, measure } = classificationFamily.prepare(perLabel(outcome, rows));
  const values = new Float64Array(keys.length);
  measure(outcome.probabilities, values);
  const drawn = keys.map(() => new Float64Array(resamples));
  const measured = new Float64Array(keys.length);
  for (let draw = 0; draw < resamples; draw++) {
    measure(drawLabels(outcome.probabilities, classes, RandomSource.fromSeed(seed).stream("labels", draw)), measured);
    for (let key = 0; key < keys.length; key++) drawn[key]![draw] = measured[key]!;
  }
  const found = keys.flatMap((key, i): [string, Measure][] => {
    const value = values[i]!;
    if (Number.isNaN(value) || key === "expectedCalibrationError" || key.includes(":")) return [];
    const sorted = drawn[i]!.filter((each) => !Number.isNaN(each)).sort();
    if (sorted.length === 0) return [[key, { value }]];
    const [low, high] = [quantile(sorted, (1 - confidence) / 2), quantile(sorted, (1 + confidence) / 2)];
    return [[key, { value, low, high }]];
  });
  return Object.fromEntries(found);
}

/** Each row once for every label that it may have. */
function perLabel({ labels, probabilities, rejectBelow }: UnlabelledClassification, rows: number) {
  const classes = labels.length;
  const repeated = new Float64Array(rows * classes * classes);
  for (let row = 0; row < rows; row++) {
    const own = probabilities.subarray(row * classes, (row + 1) * classes);
    for (let label = 0; label < classes; label++) repeated.set(own, (row * classes + label) * classes);
  }
  const actual = Int32Array.from({ length: rows * classes }, (_, i) => i % classes);
  return { labels, actual, probabilities: repeated, rejectBelow };
}

/** One label for each row, by its probabilities: 1 for the label that it got. */
function drawLabels(probabilities: Float64Array, classes: number, random: RandomSource): Float64Array {
  const got = new Float64Array(probabilities.length);
  for (let first = 0; first < probabilities.length; first += classes) {
    let [left, label] = [random.uniform(), 0];
    while (label < classes - 1 && left >= probabilities[first + label]!) left -= probabilities[first + label++]!;
    got[first + label] = 1;
  }
  return got;
}
