import { z } from "zod";
import type { ItemLimits } from "./task-schemas.ts";
import { isWithin } from "./text-item.ts";

const row = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]), {
  error: "must be a row: an object of texts, numbers, true, false and null by column",
});

/**
 * A series as a client sends it: rows of its history, the columns of the training data each, in any order; and of the steps to be forecast what
 * is known ahead of them.
 */
export function seriesItem({ maxItemBytes }: ItemLimits) {
  return z
    .strictObject({
      history: z.array(row).min(1, "must hold a row at least").describe("Rows of the past, with time and value each"),
      future: z
        .array(row)
        .optional()
        .describe(
          "Rows of the steps to be forecast, with the columns known ahead; a row without a time is of the next step",
        ),
      series: z
        .union([z.string(), z.record(z.string(), z.union([z.string(), z.number()]))])
        .optional()
        .describe("The name of the series, or its names by column; default: as the history says"),
    })
    .refine((item) => isWithin(JSON.stringify(item), maxItemBytes), {
      error: `a series must be at most ${maxItemBytes} bytes of JSON`,
    });
}
export type SeriesItem = z.infer<ReturnType<typeof seriesItem>>;
