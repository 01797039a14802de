import { z } from "zod";
import { OF_THE_MACHINE } from "./compute.ts";
import { report } from "./values.ts";

const gateSchema = z.strictObject({ min: z.number().optional(), max: z.number().optional() });

/** How the trained model is evaluated, once, on the test split; `baselines` is the task's own. */
export const evaluationFields = {
  belowBaseline: z
    .enum(["keep", "promote"])
    .default("keep")
    .describe(
      "A version that the test rows show to be worse than its own baseline: keep it without the alias, or promote it all the same",
    ),
  folds: z
    .union([z.int().min(2), z.literal("leave-one-out")])
    .optional()
    .describe(
      "Cross-validation before the version is trained: the rows that are not for the test fall into so many folds, and a model of the others answers for each; leave-one-out: a fold per row, up to 2,000; default: none",
    ),
  repeats: z.int().min(1).max(100).optional().describe("With folds: divide the rows anew so many times; default: 1"),
  parallel: z
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe(
      "With folds: so many are trained at once, each with train.threads; default: as many as there are cores for",
    )
    .meta(OF_THE_MACHINE),
  bootstrap: z.int().min(100).default(1000).describe("Resamples behind each 95 % interval"),
};

/** What of a recipe has rules between its folds and the rest. */
export interface FoldedRecipe {
  readonly data: { readonly split: object };
  readonly evaluate: {
    readonly folds?: number | "leave-one-out" | undefined;
    readonly repeats?: number | undefined;
  };
}

/** Refuses what is of no use without folds, and repeats that would repeat the very same. */
export function checkFolds({ data, evaluate }: FoldedRecipe, context: z.RefinementCtx): void {
  const { folds, repeats = 1 } = evaluate;
  if (repeats === 1) return;
  if (folds === undefined) {
    report(context, "evaluate.repeats", {
      rule: "is of no use without evaluate.folds",
      instead: "write folds: 5 beside it",
    });
  }
  const same = folds === "leave-one-out" ? "folds: leave-one-out" : isByTime(data.split) ? "data.split.by: time" : "";
  if (same === "" || folds === undefined) return;
  report(context, "evaluate.repeats", { rule: `would repeat the same folds with ${same}`, instead: "leave it out" });
}

function isByTime(split: object): boolean {
  return "by" in split && split.by === "time";
}

/** @param example A gate as it might stand in a recipe of the task. */
export const gatesField = (example: string) => ({
  gates: z
    .record(z.string(), gateSchema)
    .default({})
    .describe(`Bounds on test metrics, for example ${example}; a missed gate keeps the alias where it is`),
});
