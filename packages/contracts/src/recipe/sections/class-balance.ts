import { z } from "zod";
import { report } from "./values.ts";

const USUAL_NEIGHBOURS = 5;

/** What is done where labels have few rows beside others. */
export const classBalanceFields = {
  classWeights: z
    .enum(["none", "balanced"])
    .default("none")
    .describe("balanced: rows of rare labels count more, so that all labels count the same"),
  resample: z
    .enum(["none", "over", "under", "smote"])
    .default("none")
    .describe(
      "Gives all labels as many rows to learn from. over: rows of rarer labels are drawn again; under: rows of more frequent labels leave; smote: new rows of rarer labels are made between rows that are near each other. Rows that stop, choose, calibrate or test stay as they are",
    ),
  smoteNeighbours: z
    .int()
    .min(1)
    .max(100)
    .default(USUAL_NEIGHBOURS)
    .describe("Of resample: smote: the nearest rows of its label towards which a row's new ones lie"),
};

/** What decides how labels are balanced. */
export interface ClassBalance {
  readonly classWeights: "none" | "balanced";
  readonly resample: "none" | "over" | "under" | "smote";
  readonly smoteNeighbours: number;
}

/** Refuses two ways to balance the same labels, and a setting that nothing reads. */
export function checkClassBalance(
  { train: { classWeights, resample, smoteNeighbours } }: { readonly train: ClassBalance },
  context: z.RefinementCtx,
): void {
  if (resample !== "none" && classWeights !== "none")
    report(context, "train.classWeights", {
      rule: `balances labels that train.resample: ${resample} has balanced`,
      instead: "leave one of the two out",
    });
  if (resample !== "smote" && smoteNeighbours !== USUAL_NEIGHBOURS)
    report(context, "train.smoteNeighbours", {
      rule: "is for train.resample: smote",
      instead: "write resample: smote beside it, or leave it out",
    });
}
