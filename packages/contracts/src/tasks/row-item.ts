import { z } from "zod";
import type { ItemLimits } from "./task-schemas.ts";
import { isWithin } from "./text-item.ts";

/** A row of a table as a client sends it: values by the names of columns; `null` where one is missing. */
export type RowItem = Readonly<Record<string, string | number | boolean | null>>;

/** A row as a client sends it; which columns a model reads its manifest says. Others are left aside. */
export function rowItem({ maxItemBytes }: ItemLimits) {
  return z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]), {
      error: "must be a row: an object of texts, numbers, true, false and null by column",
    })
    .refine((row) => isWithin(JSON.stringify(row), maxItemBytes), {
      error: `a row must be at most ${maxItemBytes} bytes of JSON`,
    });
}
