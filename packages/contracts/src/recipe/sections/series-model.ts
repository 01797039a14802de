import { z } from "zod";
import { checkCandidates } from "./candidates.ts";
import { computeFields } from "./compute.ts";
import { report, seed } from "./values.ts";

/** What can forecast a series, each a row of the table of candidates. */
export const SERIES_MODELS = ["trees", "network", "ets", "seasonal-naive"] as const;
export type SeriesModelKind = (typeof SERIES_MODELS)[number];

/** What `kind: auto` tries where a recipe does not say. */
const CANDIDATES: SeriesModelKind[] = ["trees", "ets"];

/** The model of series. */
export const seriesModelSection = z.strictObject({
  kind: z
    .enum(["auto", ...SERIES_MODELS])
    .default("auto")
    .describe(
      "trees: gradient-boosted trees on earlier values, the calendar and the other columns, one model for all series and steps; network: dense layers over the same; ets: exponential smoothing of level, trend and season, per series; seasonal-naive: the value of one season before; auto: the blend of the candidates that forecasts the validation windows best",
    ),
  candidates: z.array(z.enum(SERIES_MODELS)).min(1).default(CANDIDATES).describe("Of kind: auto: what is tried"),
  season: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe(
      "Steps after which a series repeats itself, 1: it does not; default: that of the frequency (day: 7, month: 12) where the training values show it",
    ),
  context: z
    .int()
    .min(2)
    .max(5000)
    .optional()
    .describe(
      "Steps of the history that the model looks back on; default: a few seasons, and a year where series are long enough",
    ),
});

/** How the model of series is trained. */
export const seriesTrainFields = {
  rounds: z.int().positive().default(500).describe("Boosted trees at most; early stopping ends them before"),
  learningRate: z
    .number()
    .gt(0)
    .max(1)
    .default(0.1)
    .describe("What each boosted tree adds, as a share of what it learnt"),
  leaves: z.int().min(2).max(65_536).default(31).describe("Leaves of a boosted tree at most"),
  minRowsPerLeaf: z.int().positive().default(20).describe("Forecast steps in a leaf of a boosted tree at least"),
  patience: z.int().positive().default(50).describe("Rounds without a smaller loss after which boosting stops"),
  examples: z
    .int()
    .min(100)
    .default(50_000)
    .describe(
      "Forecast steps of training windows that trees and networks learn from at most; of more, windows are drawn evenly over time and series",
    ),
  epochs: z.int().positive().default(60).describe("Passes of a network over its windows at most"),
  epochPatience: z
    .int()
    .positive()
    .default(8)
    .describe("Passes of a network without a smaller loss after which its training stops"),
  seed,
  ...computeFields,
};

/** What of a recipe for series has rules between its sections. */
interface SeriesRecipe {
  readonly model: { readonly kind: string; readonly candidates: readonly string[] };
  readonly evaluate: {
    readonly folds?: number | "leave-one-out" | undefined;
  };
}

/** Refuses what the chosen model does not know, and folds: rows that follow one another are no folds. */
export function checkSeriesModel({ model, evaluate }: SeriesRecipe, context: z.RefinementCtx): void {
  checkCandidates(model, CANDIDATES, context);
  if (evaluate.folds !== undefined)
    report(context, "evaluate.folds", {
      rule: "values that follow one another in time fall into no folds: a model would learn from what came later",
      instead: "leave it out; data.split.test says from how many origins the last values are forecast",
    });
}
