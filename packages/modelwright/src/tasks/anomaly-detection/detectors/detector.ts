import type { Recipes } from "@modelwright/contracts";
import type { FeatureSettings, Frame } from "@modelwright/data";
import type { LearnerContext, LearntTable } from "../../table-rows/learner.ts";

export type AnomalyRecipe = Recipes["anomaly-detection"];

/** Parts of a date that come again: rows that are asked about later would all be odd by the others. */
const COMING_AGAIN = {
  numbers: ["month", "day", "weekday", "hour"],
  cycles: ["month-cycle", "day-cycle", "weekday-cycle", "hour-cycle"],
} as const;

/** How columns become numbers for those that look at one after the other: a category by how rare it is. That a value is missing is no number: see decision 078. */
export const COLUMN_BY_COLUMN: FeatureSettings = {
  preset: "forTrees",
  kinds: {
    number: { missing: "median" },
    category: { encode: "rarity" },
    date: { missing: "median", parts: COMING_AGAIN.numbers },
    text: { components: 8 },
  },
};

/** How columns become numbers for those that measure distances: about as large as 1 each, a column per frequent category. */
export const ALL_TOGETHER: FeatureSettings = {
  preset: "forLinear",
  kinds: {
    number: { indicator: false },
    category: { encode: "one-hot", missing: "own", rare: 2, most: 20 },
    date: { indicator: false, parts: COMING_AGAIN.cycles },
    text: { components: 8 },
  },
};

/** What a detector learns from: rows as they come, none of which has to be an ordinary one. */
export interface DetectorProblem {
  readonly train: Frame;
  /** Rows that it does not learn from, which may stop it. */
  readonly validation: Frame;
  readonly recipe: AnomalyRecipe;
}

/** One way to tell how odd rows are. What it learns predicts a number per row, larger for odder ones, in a unit of its own. */
export interface Detector {
  /** What it is, in a few words. */
  readonly title: string;
  /** Undefined when it was stopped before its end. */
  fit(
    problem: DetectorProblem,
    context: Pick<LearnerContext, "onProgress" | "shouldStop">,
  ): Promise<LearntTable | undefined>;
}
