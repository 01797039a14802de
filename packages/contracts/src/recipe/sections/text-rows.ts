import { z } from "zod";
import { dataSchemaFields } from "./data-schema.ts";
import { personalDataField } from "./personal-data.ts";
import { query, source } from "./source.ts";
import { checkSplit, type SplitSection } from "./split.ts";
import { encoding, path, report } from "./values.ts";

/** Where rows with a text come from. */
export const sourceFields = {
  source: source("File, folder or pattern of tables: CSV, JSON, Parquet, Excel and others"),
  query,
  test: path.optional().describe("A published test file: then split.test does not apply"),
  encoding,
  ...dataSchemaFields,
};

export const textColumn = { text: z.string().default("text").describe("Column that holds the text") };

export const secondColumn = {
  second: z
    .string()
    .optional()
    .describe(
      "Column of a second text, where something is said of two together: a hypothesis beside its premise, an answer beside its question",
    ),
};

export const rowColumns = {
  id: z.string().optional().describe("Column that names the row; default: file and row number"),
  group: z.string().optional().describe("Rows that share this value stay in one split"),
};

/** @param what The values without which a row is of no use. */
export const cleanFields = (what: string) => ({
  duplicates: z
    .enum(["keep", "exact", "near"])
    .default("near")
    .describe(
      "near: drop exact duplicates and near copies (similarity 0.95 and more), keep groups of similar texts (0.8 and more) in one split",
    ),
  missing: z.enum(["drop", "error"]).default("drop").describe(`Rows without ${what}`),
  pii: personalDataField,
});

/** @param kept What the draw keeps in proportion. */
export const limitField = (kept: string) => ({
  limit: z.int().positive().optional().describe(`Use at most so many rows, drawn by split.seed, ${kept} in proportion`),
});

/**
 * Refuses, before anything is read, splits that cannot be made, and a column that is both the text and what is predicted
 * of it.
 */
export function checkRows(section: SplitSection, context: z.RefinementCtx): void {
  checkSplit(section, context);
  const { text, id: _, group: __, ...predicted } = section.columns;
  for (const [role, column] of Object.entries(predicted)) {
    if (column !== text) continue;
    report(context, `columns.${role}`, {
      rule: `must be another column than the text's, "${text}"`,
      instead: `write the column that holds the ${role === "second" ? "second text" : role}`,
    });
  }
}
