import type { ClassificationOutcome } from "./classification-outcome.ts";
import {
  measureWeightedClassification,
  type PreparedClassification,
  prepareClassification,
  type WeightedClassificationMeasures,
} from "./prepared-classification.ts";

/** How well one label is found. */
export interface ClassMeasures {
  readonly label: string;
  /** Rows that have the label. */
  readonly support: number;
  /** 0 when the label was never predicted. */
  readonly precision: number;
  /** 0 when no row has the label. */
  readonly recall: number;
  readonly f1: number;
  /** Of the label against the rest; absent when all rows or none have the label. */
  readonly rocAuc?: number;
}

/** All metrics of a classifier over one set of rows. */
export interface ClassificationMeasures {
  readonly rows: number;
  /** Equals micro-averaged F1, for one label per row. */
  readonly accuracy: number;
  readonly precisionMacro: number;
  readonly recallMacro: number;
  readonly f1Macro: number;
  readonly balancedAccuracy: number;
  /** Absent when every row has the same label. */
  readonly rocAuc?: number;
  /** Absent when no row has a label that is scored. */
  readonly averagePrecision?: number;
  /** Nats. */
  readonly logLoss: number;
  /** 15 bins of equal width. */
  readonly expectedCalibrationError: number;
  /** Share of the rows that get an answer; absent for a model that always answers. */
  readonly coverage?: number;
  /** Accuracy over the rows that get an answer; absent where none does, and for a model that always answers. */
  readonly answeredAccuracy?: number;
  readonly perClass: readonly ClassMeasures[];
  /** Row counts, `[actual][predicted]`. */
  readonly confusion: readonly (readonly number[])[];
}

function countConfusion({ labels, actual, predicted }: PreparedClassification): number[][] {
  const confusion = labels.map(() => labels.map(() => 0));
  actual.forEach((label, row) => {
    confusion[label]![predicted[row]!]! += 1;
  });
  return confusion;
}

function classMeasures(label: string, index: number, measures: WeightedClassificationMeasures): ClassMeasures {
  const rocAuc = measures.rocAuc[index]!;
  return {
    label,
    support: measures.support[index]!,
    precision: measures.precision[index]!,
    recall: measures.recall[index]!,
    f1: measures.f1[index]!,
    ...(Number.isNaN(rocAuc) ? {} : { rocAuc }),
  };
}

/**
 * Evaluates a classifier over rows whose labels are known.
 *
 * Where a metric is not defined the rule is:
 * - precision of a label that was never predicted, recall and F1 of a label that no row has: 0;
 * - macro averages run over the labels that occur among the actual or the predicted ones (scikit-learn's default),
 *   balanced accuracy over those that occur among the actual ones;
 * - ROC AUC and average precision: of the second label when there are two; otherwise each label against the rest,
 *   averaged over the labels for which it is defined; absent when it is defined for none.
 *
 * The prediction of a row is its most probable label, of equals the first.
 *
 * @throws {ModelwrightError} `EVALUATION_EMPTY`, `EVALUATION_SHAPE_MISMATCH`, `EVALUATION_LABEL_UNKNOWN` or
 * `EVALUATION_PROBABILITY_INVALID`.
 */
export function measureClassification(outcome: ClassificationOutcome): ClassificationMeasures {
  const prepared = prepareClassification(outcome);
  const measures = measureWeightedClassification(prepared, new Float64Array(outcome.actual.length).fill(1));
  const { rocAuc, averagePrecision, coverage, answeredAccuracy, ...always } = measures.overall;
  const sometimes = { rocAuc, averagePrecision, coverage, answeredAccuracy };
  return {
    rows: outcome.actual.length,
    ...always,
    ...Object.fromEntries(Object.entries(sometimes).filter(([, value]) => !Number.isNaN(value))),
    perClass: outcome.labels.map((label, index) => classMeasures(label, index, measures)),
    confusion: countConfusion(prepared),
  };
}
