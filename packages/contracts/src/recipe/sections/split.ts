import { z } from "zod";
import { fraction, report, seed } from "./values.ts";

/** Share of the rows that steer early stopping, where a recipe does not say. */
export const VALIDATION_SHARE = 0.1;

/** What decides to which split a row goes. */
export const SPLIT_WAYS = ["random", "time", "hash", "column"] as const;
export type SplitWay = (typeof SPLIT_WAYS)[number];

/** @param stratify What `stratify: true` keeps alike in every split. */
export const splitFields = (stratify: string) => ({
  by: z
    .enum(SPLIT_WAYS)
    .default("random")
    .describe(
      "What decides where a row goes: random; time: the last rows of column are the test, those before them validate; hash: of columns.id, or of what the row says, so that a row stays where it is when data grow; column: its values name the split",
    ),
  column: z
    .string()
    .min(1)
    .optional()
    .describe(
      "With by: time, the column of dates or numbers; with by: column, that of the words train, validation, test",
    ),
  test: fraction.default(0.2).describe("Share of the rows evaluated once, at the end"),
  validation: fraction.default(VALIDATION_SHARE).describe("Share of the rows that steer early stopping"),
  stratify: z.boolean().default(true).describe(`${stratify}, where they are drawn at random`),
  seed,
});

/** What of a section of rows has rules between its values. */
export interface SplitSection {
  readonly test?: string | undefined;
  readonly columns: Readonly<Record<string, string | undefined>>;
  readonly split: {
    readonly by: SplitWay;
    readonly column?: string | undefined;
    readonly test: number;
    readonly validation?: number | undefined;
  };
}

/** Whether a way of splitting reads a column of its own. */
const READS_COLUMN: Readonly<Record<SplitWay, string | undefined>> = {
  random: undefined,
  time: "the column with the date or number by which rows follow one another",
  hash: undefined,
  column: "the column whose values are train, validation and test",
};

/**
 * Refuses, before anything is read, splits that leave nothing to train on or whose column is missing or is of no use.
 *
 */
export function checkSplit({ test, columns, split }: SplitSection, context: z.RefinementCtx): void {
  const tested = test === undefined ? split.test : 0;
  if (tested + (split.validation ?? VALIDATION_SHARE) >= 1) {
    report(context, "split.validation", {
      rule: "must leave rows to train on, beside the share for the test",
      instead: `write less than ${Number((1 - tested).toPrecision(6))}`,
    });
  }
  const { by, column } = split;
  const wanted = READS_COLUMN[by];
  if (wanted !== undefined && column === undefined) {
    report(context, "split.by", { rule: "needs split.column beside it", instead: `name ${wanted}` });
  }
  if (wanted === undefined && column !== undefined) {
    const instead = `leave it out, or write by: time or by: column${by === "hash" ? "; what is hashed is columns.group, else columns.id" : ""}`;
    report(context, "split.column", { rule: `is not read with by: ${by}`, instead });
  }
  const owner = Object.entries(columns).find(([, name]) => name !== undefined && name === column)?.[0];
  if (by === "column" && owner !== undefined) {
    report(context, "split.column", {
      rule: `must be another column than that of ${owner}, "${column}"`,
      instead: READS_COLUMN.column!.replace("the column", "name the column"),
    });
  }
  if (by === "column" && test !== undefined) {
    report(context, "split.by", {
      rule: "a column cannot name the test rows beside a test file",
      instead: "leave out data.test, or write by: random",
    });
  }
}
