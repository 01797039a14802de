import { z } from "zod";

/** What tells that a value lies far from the others of its column. */
export const fenceFields = {
  by: z.enum(["iqr", "z-score"]).default("iqr").describe("where the fences stand: interquartile ranges, or deviations"),
  beyond: z
    .number()
    .positive()
    .optional()
    .describe("how many of those a value may lie beyond the quartiles (default: 1.5), or from the mean (default: 3)"),
};

/** Interquartile ranges (Tukey 1977) and deviations that a value may lie off, where nobody says. */
export const USUAL_BEYOND = { iqr: 1.5, "z-score": 3 } as const;

/** Where the fences stand. */
export interface FenceSettings {
  readonly by: keyof typeof USUAL_BEYOND;
  /** Default: `USUAL_BEYOND`. */
  readonly beyond?: number | undefined;
}

/** Numbers far from the others, at training and whenever the model is asked. */
export const outliersOfNumbers = z
  .strictObject({
    cure: z
      .enum(["clip", "winsorise"])
      .default("clip")
      .describe("clip: to the fence; winsorise: to the 1 % and 99 % quantiles of the training rows"),
    ...fenceFields,
  })
  .describe("What becomes of numbers far from the others of the training rows");

/** Rows that are too far from the others to learn from. */
export const outliersOfRows = z
  .strictObject({
    ...fenceFields,
    columns: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe("Columns of numbers or dates that are looked at; default: all that the model reads"),
  })
  .optional()
  .describe("Training rows with a value far from the others leave; those that stop, choose or test never do");
