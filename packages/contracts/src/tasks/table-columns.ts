import { z } from "zod";
import { PLAIN_TEXT_CURES } from "../recipe/sections/text-cures.ts";

/** What a column of a table is taken as. */
export const columnKind = z.enum(["number", "category", "date", "text"]);
export type ColumnKind = z.infer<typeof columnKind>;

const columnFields = z.strictObject({
  name: z.string(),
  kind: columnKind,
  /**
   * The graph's input, `[batch, 1]`: of numbers float32, NaN where one is missing; of categories and texts strings, "" where one is missing; of
   * dates int64 milliseconds since 1970 UTC, −2⁶³ where one is missing. Absent: the graph reads the vectors of its texts alone.
   */
  feed: z.string().min(1).optional(),
  /** How texts write its numbers (`1.234,5`) or dates (`31/01/2026`). Absent: with a decimal point, as ISO 8601. */
  spelling: z.string().optional(),
  /** What is done to its texts or categories before the graph reads them, in this order. Absent: nothing. */
  cures: z.array(z.enum(PLAIN_TEXT_CURES)).min(1).optional(),
  /** What may stand beside its numbers: `€`, `%`. */
  unit: z.string().optional(),
  /**
   * The graph reads lower-case words with a space around each; `segments`: Chinese and Japanese words too, which a dictionary tells. Absent: texts
   * as they are.
   */
  text: z.enum(["words", "segments"]).optional(),
  /** What an encoder makes of its texts, for the graph. Absent: nothing. */
  vector: z
    .strictObject({
      /** The graph's input, float32 `[batch, width]`, NaN where a text is missing. */
      feed: z.string().min(1),
      width: z.int().positive(),
      /** Its place in the list of encoders. */
      encoder: z.int().nonnegative(),
    })
    .optional(),
  /** Of the training rows. */
  categories: z.array(z.string()).optional(),
  /** What becomes of a category that is none of them. Absent: it is one of its own. */
  unknown: z.enum(["own", "refuse"]).optional(),
});

/** A column that the model of a table reads. */
export const tableColumn = columnFields.superRefine(({ feed, vector }, context) => {
  if (feed !== undefined || vector !== undefined) return;
  context.addIssue({ code: "custom", path: ["feed"], message: "must name the graph's input" });
});
export type TableColumn = z.infer<typeof tableColumn>;
