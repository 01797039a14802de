import { z } from "zod";
import { personalDataField } from "./personal-data.ts";
import { query, source } from "./source.ts";
import { encoding, fraction, path, report, seed } from "./values.ts";

/** Where rows with a text come from. */
export const sourceFields = {
  source: source("File, folder or pattern of tables: CSV, JSON, Parquet, Excel and others"),
  query,
  test: path.optional().describe("A published test file: then split.test does not apply"),
  encoding,
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

/** Share of the rows that steer early stopping, where a recipe does not say. */
export const VALIDATION_SHARE = 0.1;

/** @param stratify What `stratify: true` keeps alike in every split. */
export const splitFields = (stratify: string) => ({
  test: fraction.default(0.2).describe("Share of the rows evaluated once, at the end"),
  validation: fraction.default(VALIDATION_SHARE).describe("Share of the rows that steer early stopping"),
  stratify: z.boolean().default(true).describe(stratify),
  seed,
});

/** @param kept What the draw keeps in proportion. */
export const limitField = (kept: string) => ({
  limit: z.int().positive().optional().describe(`Use at most so many rows, drawn by split.seed, ${kept} in proportion`),
});

/** What of the rows' section has rules between its values. */
interface RowsSection {
  readonly test?: string | undefined;
  readonly columns: Readonly<Record<string, string | undefined>>;
  readonly split: { readonly test: number; readonly validation?: number | undefined };
}

/**
 * Refuses, before anything is read, splits that leave nothing to train on, and a column that is both the text and what
 * is predicted of it.
 */
export function checkRows({ test, columns, split }: RowsSection, context: z.RefinementCtx): void {
  const tested = test === undefined ? split.test : 0;
  if (tested + (split.validation ?? VALIDATION_SHARE) >= 1) {
    report(context, "split.validation", {
      rule: "must leave rows to train on, beside the share for the test",
      instead: `write less than ${Number((1 - tested).toPrecision(6))}`,
    });
  }
  const { text, id: _, group: __, ...predicted } = columns;
  for (const [role, column] of Object.entries(predicted)) {
    if (column !== text) continue;
    report(context, `columns.${role}`, {
      rule: `must be another column than the text's, "${text}"`,
      instead: `write the column that holds the ${role === "second" ? "second text" : role}`,
    });
  }
}
