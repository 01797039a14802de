import { z } from "zod";
import { TABLE_MODELS } from "../recipe/sections/table-model.ts";
import { tableColumn } from "./table-columns.ts";

/** How a row becomes what the graph of a table reads. The graph has one input for each column, and all transforms. */
export const tablePreprocessing = z.strictObject({
  /** Columns that the model reads, in the order of the graph's inputs. A row without one of them is refused. */
  columns: z.array(tableColumn).min(1),
  /** What makes vectors of texts, before the graph. Absent: no column needs one. */
  encoders: z
    .array(
      z.strictObject({
        /** The recipe's name of it. */
        base: z.string().min(1),
        /** SHA-256 of its weights, where they lay in a file. */
        baseSha256: z.string().optional(),
        /** In the version's folder: token ids to `sentence_embedding`, float32 `[texts, width]`. */
        graph: z.string().min(1),
        tokenizer: z.string().min(1),
        maxLength: z.int().positive(),
        truncation: z.enum(["end", "middle"]),
        padId: z.int().nonnegative(),
        width: z.int().positive(),
      }),
    )
    .optional(),
  /** What became of training rows before models learnt from them, in words. Absent: nothing. */
  rows: z.array(z.string()).min(1).optional(),
  /** What was done with the columns, in words, each as long as models of the mean do the same. Absent in older versions. */
  features: z
    .strictObject({
      columns: z.array(z.strictObject({ column: z.string(), words: z.array(z.string()).min(1) })),
      /** What was then done with all numbers together. */
      together: z.array(z.string()),
    })
    .optional(),
});

export type TablePreprocessing = z.infer<typeof tablePreprocessing>;

/** What the model of a table is. */
export const tableModel = z.strictObject({
  /** The model is their weighted mean. */
  parts: z
    .array(
      z.strictObject({
        kind: z.enum(TABLE_MODELS),
        /** Its share of the mean. */
        weight: z.number().gt(0).max(1),
        /** Numbers that its transforms make of a row. */
        features: z.int().positive(),
        /** Of trees, leaves in all; of a linear model, weights. */
        parameters: z.int().positive(),
        /** Of trees. */
        trees: z.int().positive().optional(),
      }),
    )
    .min(1),
});
