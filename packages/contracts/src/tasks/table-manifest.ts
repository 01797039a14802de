import { z } from "zod";
import { TABLE_MODELS } from "../recipe/sections/table-model.ts";
import { tableColumn } from "./table-columns.ts";

/** How a row becomes what the graph of a table reads. The graph has one input for each column, and all transforms. */
export const tablePreprocessing = z.strictObject({
  /** Columns that the model reads, in the order of the graph's inputs. A row without one of them is refused. */
  columns: z.array(tableColumn).min(1),
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
