import type { ClassificationOutcome } from "../metrics/classification-outcome.ts";
import { checkOutcome } from "../metrics/classification-outcome.ts";
import { checkMultiLabelScores, type MultiLabelScores } from "../metrics/multi-label-outcome.ts";
import { type CalibrationMeasures, classCalibration, labelCalibration } from "./calibration-measures.ts";
import { fitTemperature, isDetermined } from "./fit-temperature.ts";
import { classLogits, type LogitRows, labelLogits, logarithms, logit } from "./logit-rows.ts";
import { type Temperatures, temperClasses, temperLabels } from "./temper.ts";

/** A temperature with what it gains. */
export interface ChosenTemperature {
  readonly temperature: number;
  readonly rows: number;
  readonly before: CalibrationMeasures;
  /** Of the same rows, each with a temperature that was fitted without it. */
  readonly after: CalibrationMeasures;
}

/** Why probabilities are left as they are, as it goes on after "not calibrated: ". */
export interface NoTemperature {
  readonly reason: string;
}

/** Fewer rows say too little about how often a probability holds. */
const FEWEST_ROWS = 50;
const FOLDS = 5;

/**
 * Chooses the temperature by which the logits of a classifier are divided, to be called with validation rows: of rows that
 * it learnt from a model is far too sure.
 *
 * There is none for fewer than 50 rows, for rows that do not determine one (every one is right), and where it does not
 * lower the log loss of rows that it was not fitted on, in five folds.
 *
 * @throws {ModelwrightError} As `checkOutcome`.
 */
export function chooseClassTemperature(outcome: ClassificationOutcome): ChosenTemperature | NoTemperature {
  checkOutcome(outcome);
  return choose({
    logits: classLogits(logarithms(outcome.probabilities), outcome.actual),
    measure: (temperature) => classCalibration(temperClasses(outcome, temperature)),
  });
}

/** The same for a classifier that gives each row any number of labels. */
export function chooseLabelTemperature(scores: MultiLabelScores): ChosenTemperature | NoTemperature {
  checkMultiLabelScores(scores);
  return choose({
    logits: labelLogits(scores.probabilities.map(logit), scores.actual, scores.labels.length),
    measure: (temperature) => labelCalibration(temperLabels(scores, temperature)),
  });
}

function choose({
  logits,
  measure,
}: {
  readonly logits: LogitRows;
  readonly measure: (temperature: Temperatures) => CalibrationMeasures;
}): ChosenTemperature | NoTemperature {
  const { rows } = logits;
  if (rows < FEWEST_ROWS) return { reason: `${rows} validation rows are too few, it takes ${FEWEST_ROWS}` };
  const temperature = fitTemperature(logits);
  if (!isDetermined(temperature)) return { reason: "the validation rows determine no temperature" };
  const ofFold = Array.from({ length: FOLDS }, (_, fold) => fitTemperature(logits, (row) => row % FOLDS !== fold));
  const before = measure(1);
  const after = measure((row) => ofFold[row % FOLDS]!);
  if (after.logLoss >= before.logLoss) return { reason: "no temperature lowers the log loss of validation rows" };
  return { temperature, rows, before, after };
}
