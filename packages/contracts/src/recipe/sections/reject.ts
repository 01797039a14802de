import { z } from "zod";
import { fraction, report } from "./values.ts";

/** When a classifier answers "none of these". */
export const rejectSection = z
  .strictObject({
    below: fraction.optional().describe("Answer only where the likeliest label has at least this probability"),
    precision: fraction
      .optional()
      .describe("Fit that probability on the validation rows, so that this share of the answers is right"),
  })
  .superRefine(({ below, precision }, context) => {
    if ((below === undefined) !== (precision === undefined)) return;
    const rule = below === undefined ? "it says neither below nor precision" : "below and precision exclude each other";
    report(context, "below", { rule, instead: "write either below or precision" });
  });
