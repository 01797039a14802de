import { z } from "zod";
import { listed } from "../../errors/error-definition.ts";
import { EMBEDDING_EXAMPLES, type EmbeddingExamplesName } from "./embedding.ts";
import { rowColumns, textColumn } from "./text-rows.ts";
import { report } from "./values.ts";

/** Columns of the rows of an embedding recipe: by what the rows are, some of them are read. */
export const embeddingColumns = z.strictObject({
  ...textColumn,
  positive: z.string().default("positive").describe("Of pairs and triplets: the text that belongs to it"),
  negative: z.string().default("negative").describe("Of triplets: the text that does not"),
  second: z.string().default("second").describe("Of scores: the other text"),
  similarity: z
    .string()
    .default("similarity")
    .describe("Of scores: the number; the smallest becomes cosine 0, the largest 1"),
  label: z.string().default("label").describe("Of labels: the label"),
  ...rowColumns,
});

type Column = Exclude<keyof z.output<typeof embeddingColumns>, keyof typeof rowColumns>;

/** What each kind of rows is read from. */
const COLUMNS: Readonly<Record<EmbeddingExamplesName, readonly Column[]>> = {
  pairs: ["text", "positive"],
  triplets: ["text", "positive", "negative"],
  scores: ["text", "second", "similarity"],
  labels: ["text", "label"],
};

type Columns = z.output<typeof embeddingColumns>;

function isRead(examples: EmbeddingExamplesName, column: Column): boolean {
  return COLUMNS[examples].includes(column);
}

/** The columns that such rows are read from. */
export function columnsRead(
  examples: EmbeddingExamplesName,
  named: Columns,
): Pick<Columns, "text"> & Record<string, string> {
  const read = COLUMNS[examples].map((column) => [column, named[column]]);
  return { ...Object.fromEntries(read), text: named.text };
}

/** Refuses columns that the recipe names and its rows are not read from. */
export function checkEmbeddingColumns(examples: EmbeddingExamplesName, named: Columns, context: z.RefinementCtx): void {
  const usual: Columns = embeddingColumns.parse({});
  for (const column of Object.keys(usual) as Column[]) {
    if (isRead(examples, column) || named[column] === usual[column]) continue;
    const reading = EMBEDDING_EXAMPLES.filter((each) => isRead(each, column));
    report(context, `columns.${column}`, {
      rule: `${examples} are read from ${listed(COLUMNS[examples])}`,
      instead: `leave it out, or write examples: ${reading.join(" or ")}`,
    });
  }
}
