import { defineError } from "./error-definition.ts";

export const evaluationErrors = {
  EVALUATION_EMPTY: defineError<{ what: string; because?: string }>({
    status: 400,
    meaning: "A metric was asked for over no rows.",
    message: (d) => `${d.what}: no rows to evaluate${d.because === undefined ? "" : `; ${d.because}`}`,
    remedy: "Give at least one row with a text and a known label.",
  }),
  EVALUATION_SHAPE_MISMATCH: defineError<{ rows: number; classes: number; probabilities: number }>({
    status: 400,
    meaning: "The probabilities are not one number for each row and class.",
    message: (d) =>
      `probabilities: ${d.rows} rows of ${d.classes} labels need ${d.rows * d.classes} numbers, got ${d.probabilities}`,
    remedy: "Give the probabilities row by row, one for each label, in the order of the labels.",
  }),
  EVALUATION_PROBABILITY_INVALID: defineError<{ row: number; label: string; value: number }>({
    status: 400,
    meaning: "A probability is not a number from 0 to 1.",
    message: (d) => `row ${d.row}, label "${d.label}": a probability must lie in [0, 1], got ${d.value}`,
    remedy: "Give the model's softmax output; NaN means that the model has diverged.",
  }),
  EVALUATION_LABEL_UNKNOWN: defineError<{ row: number; value: number; classes: number }>({
    status: 400,
    meaning: "An actual class is not one of the labels.",
    message: (d) => `row ${d.row}: the actual class must be an index from 0 to ${d.classes - 1}, got ${d.value}`,
    remedy: "Drop rows whose label the model does not know, or train with that label.",
  }),
  EVALUATION_LENGTHS_DIFFER: defineError<{ what: string; expected: number; got: number }>({
    status: 400,
    meaning: "Two lists that belong together do not have the same length.",
    message: (d) => `${d.what}: ${d.expected} values are needed, got ${d.got}`,
    remedy: "Give one value for each row, or for each label where labels are meant.",
  }),
  EVALUATION_NUMBER_INVALID: defineError<{ what: string; at: number; value: number }>({
    status: 400,
    meaning: "An actual or predicted number is not finite, or a mark is neither 0 nor 1.",
    message: (d) => `${d.what}[${d.at}]: the value cannot be evaluated, got ${d.value}`,
    remedy: "Give finite numbers, of marks 0 or 1; NaN among the predictions means that the model has diverged.",
  }),
  EVALUATION_ROWS_DIFFER: defineError<{ what: string; row?: number }>({
    status: 400,
    meaning: "Two outcomes that are to be compared do not predict the same rows.",
    message: (d) => `comparison: ${d.what}${d.row === undefined ? "" : ` at row ${d.row}`}`,
    remedy: "Let both models predict the same rows in the same order, with the same labels.",
  }),
  EVALUATION_FOLDS_IMPOSSIBLE: defineError<{
    folds: number | "leave-one-out";
    rows: number;
    groups: number;
    problem: string;
  }>({
    status: 400,
    meaning:
      "The rows that are not for the test cannot be divided into so many folds, or into so many that it would take for ever.",
    message: (d) => `evaluate.folds: ${d.folds}: ${d.rows} rows in ${d.groups} groups that stay together: ${d.problem}`,
    remedy: "Write fewer folds, 5 or 10 as a rule, or add rows.",
  }),
  EVALUATION_LABELS_NONE: defineError<{ task: string }>({
    status: 400,
    meaning: "Wrong labels were looked for among the rows of a task that predicts none.",
    message: (d) => `${d.task}: its rows have no labels that could be wrong`,
    remedy: "Give a recipe that predicts a label, or several, of a text or of a row of a table.",
  }),
  EVALUATION_FOLD_FAILED: defineError<{ fold: string; problem: string }>({
    status: 400,
    meaning: "The training or the prediction of one fold of a cross-validation failed.",
    message: (d) => `${d.fold}: ${d.problem}`,
    remedy: "Correct that and go on with --resume, which keeps the folds that are done, or leave out evaluate.folds.",
  }),
  EVALUATION_OPTION_INVALID: defineError<{ option: string; rule: string; value: number }>({
    status: 400,
    meaning: "An option of a metric or an interval is out of its range.",
    message: (d) => `${d.option} must be ${d.rule}, got ${d.value}`,
    remedy: "Give a value in that range, or leave the option out.",
  }),
};
