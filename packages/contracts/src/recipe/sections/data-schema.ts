import { z } from "zod";
import { type ColumnKind, columnKind } from "../../tasks/table-columns.ts";

const isPattern = (text: string) => {
  try {
    return new RegExp(text, "u").source !== "";
  } catch {
    return false;
  }
};

/** A number, or for dates a day as ISO 8601 writes it. */
const bound = z.union([z.number(), z.iso.date()]);

/** What every value of a column must be. Missing values break `required` alone. */
const columnRules = z
  .strictObject({
    type: columnKind.optional().describe("What every value can be read as"),
    required: z.boolean().optional().describe("Every row has a value"),
    unique: z.boolean().optional().describe("No value is there twice"),
    min: bound.optional().describe("Of numbers, or of dates: 2024-01-31"),
    max: bound.optional().describe("Of numbers, or of dates: 2024-01-31"),
    values: z
      .array(z.union([z.string(), z.number(), z.boolean()]))
      .min(1)
      .optional()
      .describe("The only values there may be, as they are written"),
    pattern: z
      .string()
      .refine(isPattern, {
        error: "must be a regular expression",
        params: { instead: "write for example [A-Z]{2}\\d+" },
      })
      .optional()
      .describe("A regular expression that every value matches as a whole"),
  })
  .superRefine(({ type, min, max }, context) => {
    for (const [name, value] of Object.entries({ min, max })) {
      if (value === undefined) continue;
      const wanted = typeof value === "number" ? "number" : "date";
      if (type === undefined || type === wanted) continue;
      context.addIssue({
        code: "custom",
        path: [name],
        message: `must be of a column of numbers or dates, and this is said to be of type ${type}`,
        params: {
          instead: type === "date" ? "write a day, such as 2024-01-31" : `write type: ${wanted}, or leave ${name} out`,
        },
      });
    }
    if (min === undefined || max === undefined || typeof min !== typeof max || min <= max) return;
    const params = { instead: `write at least ${min}` };
    context.addIssue({ code: "custom", path: ["max"], message: `must not be below min, ${min}`, params });
  });

/** Rules for the columns of a table, by their names. */
export const tableSchema = z.record(z.string().min(1), columnRules);

/** Rules that the rows of a source have to keep, and what becomes of them where they do not. */
export const dataSchemaFields = {
  schema: tableSchema
    .optional()
    .describe(
      "Rules for columns, for example { age: { type: number, min: 0, required: true } }; in a recipe file also the path of a YAML file of them",
    ),
  rules: z
    .array(z.string().trim().min(1))
    .min(1)
    .optional()
    .describe(
      "Rules between columns, as SQL: conditions that each row keeps, such as delivered >= ordered, and queries of the table rows that must find none, such as select id from rows group by id having count(*) > 3; needs @duckdb/node-api",
    ),
  breaches: z
    .enum(["refuse", "warn"])
    .optional()
    .describe("Where rows break data.schema or data.rules: refuse to train (the default), or warn and go on"),
};

export type ColumnRules = z.output<typeof columnRules>;
export type TableSchema = z.output<typeof tableSchema>;

/** What a recipe asks of the rows of its source and of its test file. */
export interface RowRules {
  readonly schema?: TableSchema | undefined;
  readonly rules?: readonly string[] | undefined;
  /** What rules take a column as, where no schema says of what type it is. Default: told from its values. */
  readonly kinds?: Readonly<Record<string, ColumnKind>> | undefined;
  /** Default: refuse. */
  readonly breaches?: "refuse" | "warn" | undefined;
}
