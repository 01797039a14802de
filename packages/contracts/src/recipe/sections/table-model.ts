import { z } from "zod";
import { checkCandidates } from "./candidates.ts";
import { computeFields } from "./compute.ts";
import { report, seed } from "./values.ts";

/** What can read the rows of a table, each a row of the table of candidates. */
export const TABLE_MODELS = ["boosted-trees", "random-forest", "linear", "network"] as const;
export type TableModelKind = (typeof TABLE_MODELS)[number];

/** What `kind: auto` tries where a recipe does not say: a network takes longer than the others together. */
const CANDIDATES: TableModelKind[] = ["boosted-trees", "random-forest", "linear"];

const share = z.number().gt(0).max(1);

/** The model of a table. */
export const tableModelSection = z.strictObject({
  kind: z
    .enum(["auto", ...TABLE_MODELS])
    .default("auto")
    .describe(
      "boosted-trees: gradient-boosted decision trees; random-forest: the mean of deep trees on drawn rows; linear: a weighted sum of scaled numbers and one-hot categories; network: dense layers over vectors of numbers and categories; auto: the blend of the candidates that predicts best what its models have not learnt from",
    ),
  candidates: z
    .array(z.enum(TABLE_MODELS))
    .min(1)
    .default(CANDIDATES)
    .describe("Of kind: auto: what is tried; a network takes longer than the others together"),
  unknown: z
    .enum(["own", "refuse"])
    .default("own")
    .describe(
      "A category that no training row has, when the model is asked: own reads it as one that is new; refuse is an error that names column and value",
    ),
  monotone: z
    .record(z.string().min(1), z.enum(["increasing", "decreasing"]))
    .default({})
    .describe(
      "Columns of numbers with which the answer of boosted trees must not fall (increasing) or rise (decreasing), for example { income: increasing }; of a classifier with two labels the probability of the second",
    ),
});

/** How the model of a table is trained. */
export const tableTrainFields = {
  rounds: z
    .int()
    .positive()
    .default(2000)
    .describe("Boosted trees at most, one per label and round; early stopping ends them before"),
  learningRate: z
    .number()
    .gt(0)
    .max(1)
    .default(0.05)
    .describe("What each boosted tree adds, as a share of what it learnt"),
  leaves: z.int().min(2).max(65_536).default(31).describe("Leaves of a boosted tree at most"),
  maxDepth: z
    .int()
    .positive()
    .optional()
    .describe("Questions from the root of a boosted tree to a leaf at most; default: no bound but leaves"),
  minRowsPerLeaf: z.int().positive().default(10).describe("Rows in a leaf of a boosted tree at least"),
  rowShare: share.default(0.8).describe("Share of the rows that each boosted tree is grown on, drawn anew"),
  columnShare: share.default(0.75).describe("Share of the columns that each boosted tree may ask about, drawn anew"),
  l1: z.number().nonnegative().default(0).describe("Of boosted trees, on the values of leaves"),
  l2: z.number().nonnegative().default(0).describe("Of boosted trees, on the values of leaves"),
  trees: z.int().positive().default(300).describe("Trees of a random forest"),
  bags: z
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe(
      "Parts of the training rows: boosted trees are the mean of a model for each, which it stops and which learns from the others, and a blend is chosen by what models predict of parts that they have not seen; then all learn from the validation rows too. 1: no parts; the validation rows stop and choose. Default: 5, of more than 50,000 rows 1",
    ),
  epochs: z.int().positive().default(200).describe("Passes of a network over the rows at most"),
  epochPatience: z
    .int()
    .positive()
    .default(40)
    .describe("Passes of a network without a smaller loss after which its training stops"),
  patience: z.int().positive().default(50).describe("Rounds without a smaller loss after which boosting stops"),
  seed,
  ...computeFields,
};

/** What of a recipe for tables has rules between its sections. */
interface TableRecipe {
  readonly model: {
    readonly kind: string;
    readonly candidates: readonly string[];
    readonly monotone: Readonly<Record<string, string>>;
  };
}

/** Refuses what the chosen model does not know. */
export function checkTableModel({ model }: TableRecipe, context: z.RefinementCtx): void {
  checkCandidates(model, CANDIDATES, context);
  const [first] = Object.keys(model.monotone);
  if (first === undefined || model.kind === "boosted-trees") return;
  report(context, `model.monotone.${first}`, {
    rule: `is for boosted trees, not for model.kind "${model.kind}"`,
    instead: "write model.kind: boosted-trees",
  });
}
