import { z } from "zod";

const gateSchema = z.strictObject({ min: z.number().optional(), max: z.number().optional() });

/** How the trained model is evaluated, once, on the test split; `baselines` is the task's own. */
export const evaluationFields = {
  belowBaseline: z
    .enum(["keep", "promote"])
    .default("keep")
    .describe(
      "A version that the test rows show to be worse than its own baseline: keep it without the alias, or promote it all the same",
    ),
  bootstrap: z.int().min(100).default(1000).describe("Resamples behind each 95 % interval"),
};

/** @param example A gate as it might stand in a recipe of the task. */
export const gatesField = (example: string) => ({
  gates: z
    .record(z.string(), gateSchema)
    .default({})
    .describe(`Bounds on test metrics, for example ${example}; a missed gate keeps the alias where it is`),
});
