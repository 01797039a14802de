import type { FittedFeatures, Frame, ResampleSettings } from "@modelwright/data";
import type { GraphBuilder, Value } from "@modelwright/engine";
import type { DenseTargets } from "@modelwright/training";
import type { TableRecipe } from "./table-recipe.ts";

/** Rows of a table with what is predicted of them. */
export interface TableLesson {
  readonly frame: Frame;
  readonly targets: DenseTargets;
  /** How much each row counts. Default: all alike. */
  readonly weights?: Float64Array | undefined;
  /** How its labels are balanced where a model learns from it; rows that a model is held against stay as they are. Default: they are not. */
  readonly resample?: ResampleSettings | undefined;
}

/** Rows as a model learns from them. */
export interface LearningRows {
  /** `[rows, features]`, row-major. */
  readonly numbers: Float32Array;
  readonly rows: number;
  readonly targets: DenseTargets;
  /** How much each row counts. Undefined: all alike. */
  readonly weights: Float64Array | undefined;
}

/** What a learner learns from, and by what it is stopped. */
export interface TableProblem {
  readonly train: TableLesson;
  readonly validation: TableLesson;
  /** What of the validation rows models learn from in the end. Default: all. */
  readonly learnable?: TableLesson | undefined;
  readonly recipe: TableRecipe;
}

export interface LearnerContext {
  /** Share of the work done, in [0, 1]. */
  readonly onProgress: (share: number) => void;
  readonly shouldStop: () => boolean;
  /** Whether predictions for the training rows, each by models that did not learn from it, are wanted. Default: they are not. */
  readonly wantsOutOfFold?: boolean;
}

/** What a learner has learnt. */
export interface LearntTable {
  /** What it reads: one, or where what is predicted decides them one for each part of the rows. */
  readonly features: readonly [FittedFeatures, ...FittedFeatures[]];
  /** Predictions for rows: probabilities of all classes, `[rows, classes]`, or numbers, `[rows, 1]`. */
  predict(frame: Frame): Promise<Float64Array>;
  /**
   * The same as a part of a graph.
   *
   * @param numbersOf What features make of rows, float32 `[batch, features]`.
   * @returns float32 `[batch, classes]` or `[batch, 1]`.
   */
  compile(b: GraphBuilder, numbersOf: (features: FittedFeatures) => Value): Value;
  /** Predictions for the training rows, each by models that did not learn from it. Absent: they were not wanted, or there are none. */
  readonly outOfFold?: Float64Array;
  /** Leaves of trees, or weights. */
  readonly parameters: number;
  readonly trees?: number;
  /** Ends what predicting keeps open; it can be asked again. Absent: nothing is. */
  release?(): Promise<void>;
  /** The loss of the rows that stop it, after each round. Default: it does not learn in rounds. */
  readonly rounds?: readonly number[];
}

/** One way to learn from a table. */
export interface TableLearner {
  /** What it is, in a few words. */
  readonly title: string;
  /** Undefined when it was stopped before its end. */
  fit(problem: TableProblem, context: LearnerContext): Promise<LearntTable | undefined>;
}
