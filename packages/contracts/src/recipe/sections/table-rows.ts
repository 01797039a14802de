import { z } from "zod";
import { columnKind } from "../../tasks/table-columns.ts";
import { outliersOfRows } from "./outliers.ts";
import { personalDataField } from "./personal-data.ts";
import { checkSplit, type SplitSection } from "./split.ts";
import { plainTextCures } from "./text-cures.ts";
import { report } from "./values.ts";

const columnName = z.string().min(1);

/** What of the columns of a table a model reads. */
export const tableFields = {
  kinds: z
    .record(columnName, columnKind)
    .default({})
    .describe(
      "What a column is taken as where its look misleads, for example { zip: category }; default: told from its values",
    ),
  ignore: z
    .array(columnName)
    .default([])
    .describe("Columns that the model must not read, as those whose values are known only afterwards"),
};

/** What becomes of rows that repeat others. */
export const repeatedRowsField = z
  .enum(["keep", "exact"])
  .default("keep")
  .describe(
    "Rows that repeat an earlier row in every column: keep leaves them, together in one split where they are few; exact drops them",
  );

/** @param what The value without which a row is of no use. */
export const tableCleanFields = (what: string) => ({
  duplicates: repeatedRowsField,
  missing: z.enum(["drop", "error"]).default("drop").describe(`Rows without ${what}`),
  text: plainTextCures
    .min(1)
    .optional()
    .describe(
      "What is done to texts and categories, at training and whenever the model is asked: html (the text that a page shows), nfkc (one form of each character), emoji (leave), lower-case, punctuation (a space instead of each mark between words), spaces (one each, none around)",
    ),
  outliers: outliersOfRows,
  pii: personalDataField,
});

/** What of a table's section has rules between its values. */
interface TableSection extends SplitSection {
  readonly kinds: Readonly<Record<string, string>>;
  readonly ignore: readonly string[];
}

/**
 * Refuses, before anything is read, a column with two parts in the recipe, and splits that cannot be made.
 *
 * @param predicted The role of the column that is predicted, where there is one.
 */
export function checkTable(data: TableSection, predicted: string, context: z.RefinementCtx): void {
  checkSplit(data, context);
  const column = data.columns[predicted];
  if (column === undefined) return;
  if (data.ignore.includes(column)) {
    report(context, "ignore", {
      rule: `must hold other columns than the ${predicted}'s, "${column}"`,
      instead: "leave it out: the model never reads what it predicts",
    });
  }
  if (Object.hasOwn(data.kinds, column)) {
    report(context, `kinds.${column}`, {
      rule: `is of columns that the model reads, not of the ${predicted}'s`,
      instead: "leave it out: the task says what is predicted",
    });
  }
}
