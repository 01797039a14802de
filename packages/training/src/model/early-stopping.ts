import { ModelwrightError } from "@modelwright/contracts";
import type { Validation } from "../trainer/fit-state.ts";

/** When training stops before its end, and by what: the best weights so far are those of the best value. */
export type EarlyStopping = {
  /** Evaluations without a better value after which training stops. Default: it does not. */
  readonly patience?: number | undefined;
} & (
  | {
      /** The validation loss, of which less is better. */
      readonly metric?: "loss" | undefined;
    }
  | {
      /** `loss`, or a measure that the evaluation gives. */
      readonly metric: string;
      readonly better: "higher" | "lower";
    }
);

const SIGNS = { higher: -1, lower: 1 } as const;

/**
 * Turns a validation into the number of which less is better.
 *
 * @throws {ModelwrightError} `TRAINING_METRIC_UNKNOWN`, when a validation is scored, for a measure that it does not have.
 */
export function scoreBy(stopping: EarlyStopping): (validation: Validation) => number {
  const { metric = "loss" } = stopping;
  const sign = SIGNS["better" in stopping ? stopping.better : "lower"];
  return ({ loss, measures }) => {
    const values = new Map(Object.entries({ loss, ...measures }));
    const value = values.get(metric);
    if (value === undefined)
      throw new ModelwrightError("TRAINING_METRIC_UNKNOWN", { metric, known: [...values.keys()] });
    return sign * value;
  };
}
