import { z } from "zod";
import { ModelwrightError } from "../../errors/modelwright-error.ts";
import { type RecipeJsonSchema, recipeIssue } from "../recipe-issue.ts";
import { fenceFields } from "./outliers.ts";
import { stopWordLanguage, textCures } from "./text-cures.ts";
import { UNIT_NAMES } from "./units.ts";

/** What is done about values that are missing, or that their column cannot hold. */
const missing = z
  .union([
    z.enum(["drop", "mean", "median", "mode", "forward-fill", "interpolate", "nearest", "predicted"]),
    z.strictObject({ constant: z.union([z.string().min(1), z.number()]) }),
    z.strictObject({ nearest: z.int().min(1).max(100) }),
  ])
  .describe(
    "what a missing value becomes: drop (its row leaves), mean, median, mode, forward-fill (the value above), interpolate (on the line between the values above and below), nearest (the mean, or the most frequent category, of the 5 rows that are most alike; { nearest: 10 } of 10), predicted (by the other columns, with a linear model), or { constant: … }",
  );

const outliers = z
  .strictObject({
    cure: z
      .enum(["drop", "clip", "winsorise", "interpolate"])
      .describe(
        "drop (the row leaves), clip (to the fence), winsorise (to the 1 % and 99 % quantiles), interpolate (on the line between the values above and below)",
      ),
    ...fenceFields,
  })
  .describe(
    "what is done about numbers and dates far from the others: { cure: clip }, or drop, winsorise, interpolate; by: iqr or z-score; beyond: how many of those",
  );

const ofColumn = z
  .strictObject({
    missing: missing.optional(),
    outliers: outliers.optional(),
    text: textCures.optional(),
    language: stopWordLanguage.optional(),
  })
  .refine(({ text = [], language }) => language === undefined || text.includes("stop-words"), {
    path: ["language"],
    message: "goes with text: [stop-words]",
  });

/** How a column is read that is taken for something else. */
const ofNamedColumn = ofColumn
  .safeExtend({
    unit: z
      .enum(UNIT_NAMES)
      .optional()
      .describe(
        `the values are numbers of several units, written in this one from now on; bare numbers are of it: ${UNIT_NAMES.join(", ")}`,
      ),
    dates: z
      .enum(["day-first", "month-first"])
      .optional()
      .describe(
        "day-first or month-first: the values are dates in several spellings; which comes first where both are numbers",
      ),
  })
  .refine(({ unit, dates }) => unit === undefined || dates === undefined, {
    path: ["dates"],
    message: "must be left out where there is a unit",
  });

const ofRows = z.strictObject({
  outliers: z
    .strictObject({
      cure: z.enum(["drop"]).describe("drop: they leave"),
      by: z
        .enum(["isolation-forest"])
        .default("isolation-forest")
        .describe(
          "isolation-forest: odd is what few random questions to its columns set apart (Liu, Ting & Zhou 2008)",
        ),
      share: z.number().gt(0).max(0.5).default(0.01).describe("the share of rows that are taken for odd"),
    })
    .optional()
    .describe("what is done about rows that are odd by several columns together: { cure: drop, share: 0.01 }"),
});

const curesSchema = z.strictObject({
  duplicates: z
    .enum(["drop", "keep"])
    .default("keep")
    .describe("drop or keep: whether rows that repeat an earlier one in every column leave"),
  rows: ofRows.default({}).describe("of whole rows"),
  numbers: ofColumn.optional().describe("of every column of numbers"),
  dates: ofColumn.optional().describe("of every column of dates"),
  categories: ofColumn.optional().describe("of every column of categories"),
  texts: ofColumn.optional().describe("of every column of texts"),
  columns: z.record(z.string(), ofNamedColumn).default({}).describe("by column, instead of what its kind gets"),
});

export type ColumnCures = z.infer<typeof ofNamedColumn>;
/** What `modelwright data clean` does to a table; what is left out is not done. */
export type Cures = z.infer<typeof curesSchema>;

/**
 * Checks cures and fills in their defaults.
 *
 * @param path Named in error messages: the file, or "cures".
 * @throws {ModelwrightError} `RECIPE_INVALID` with one issue per broken rule.
 */
export function parseCures(value: unknown, path = "cures"): Cures {
  const result = curesSchema.safeParse(value);
  if (result.success) return result.data;
  const schema = z.toJSONSchema(curesSchema, { io: "input" }) as RecipeJsonSchema;
  throw new ModelwrightError("RECIPE_INVALID", {
    path,
    listedBy: "modelwright data clean --help",
    issues: result.error.issues.map((issue) => recipeIssue(issue, { value, schema })),
  });
}

/** Each cure with what it does, as `KIND.missing`; `KIND` stands for a kind of columns, or `columns.NAME`. */
export function describeCures(): readonly (readonly [path: string, description: string])[] {
  const described = (shape: Readonly<Record<string, z.ZodType>>, prefix: string) =>
    Object.entries(shape).map(([name, schema]) => {
      const { description = "" } = z.toJSONSchema(schema, { io: "input" }) as RecipeJsonSchema;
      return [`${prefix}${name}`, description] as const;
    });
  const { unit, dates } = ofNamedColumn.shape;
  return [
    ...described({ duplicates: curesSchema.shape.duplicates }, ""),
    ...described(ofRows.shape, "rows."),
    ...described(ofColumn.shape, "KIND."),
    ...described({ unit, dates }, "columns.NAME."),
  ];
}
