import { z } from "zod";
import { REGRESSION_METRICS } from "../metrics/regression.ts";
import { evaluationFields, gatesField } from "../recipe/sections/evaluation.ts";
import { checkFeatures, featuresSection } from "../recipe/sections/features.ts";
import { splitFields } from "../recipe/sections/split.ts";
import { checkTableModel, tableModelSection, tableTrainFields } from "../recipe/sections/table-model.ts";
import { checkTable, tableCleanFields, tableFields } from "../recipe/sections/table-rows.ts";
import { limitField, rowColumns, sourceFields } from "../recipe/sections/text-rows.ts";
import { fraction } from "../recipe/sections/values.ts";
import { candidatesManifest } from "./encoder-manifest.ts";
import { rowItem } from "./row-item.ts";
import { tableModel, tablePreprocessing } from "./table-manifest.ts";
import type { TaskSchemas } from "./task-schemas.ts";
import { tensorsSchema } from "./tensors.ts";
import { numberTruth } from "./truths.ts";

const data = z
  .strictObject({
    ...sourceFields,
    columns: z
      .strictObject({
        target: z.string().min(1).default("target").describe("Column that holds the number"),
        ...rowColumns,
      })
      .prefault({}),
    ...tableFields,
    clean: z
      .strictObject({
        ...tableCleanFields("a number"),
      })
      .prefault({}),
    split: z.strictObject(splitFields("Keep small and large numbers alike in every split, by tenths")).prefault({}),
    ...limitField("small and large numbers kept"),
  })
  .superRefine((section, context) => checkTable(section, "target", context));

const recipe = z.strictObject({
  data,
  features: featuresSection.prefault({}),
  model: tableModelSection.prefault({}),
  train: z
    .strictObject({
      ...tableTrainFields,
      interval: fraction
        .default(0.9)
        .describe(
          "Share of rows whose number lies between low and high of their answers, held to it on the validation rows",
        ),
    })
    .prefault({}),
  evaluate: z
    .strictObject({
      baselines: z
        .array(z.enum(["mean", "linear"]))
        .default(["mean", "linear"])
        .describe(
          "mean: the mean of the training numbers; linear: ridge regression on scaled numbers and one-hot categories",
        ),
      ...evaluationFields,
      ...gatesField("r2: { min: 0.8 }"),
    })
    .prefault({}),
});

/** Predicts a number for a row of a table, and between which two it lies. */
export const tabularRegression = {
  recipe,
  check: (sections: z.output<typeof recipe>, context: z.RefinementCtx) => {
    checkTableModel(sections, context);
    const column = sections.data.columns.target;
    checkFeatures(sections, { role: "target", column, isClass: false }, context);
  },
  manifest: z.strictObject({
    signature: z.strictObject({ input: z.literal("row"), output: z.literal("number"), tensors: tensorsSchema }),
    preprocessing: tablePreprocessing,
    /** The numbers of the training rows: what lies beyond them the model has never seen. */
    target: z.strictObject({ column: z.string(), minimum: z.number(), maximum: z.number(), mean: z.number() }),
    model: tableModel,
    /** How the interval around a number was made. */
    interval: z.strictObject({
      /** Share of rows that it is to cover. */
      coverage: fraction,
      /** Validation rows that it was held to. */
      rows: z.int().positive(),
    }),
    candidates: candidatesManifest.optional(),
  }),
  item: rowItem,
  options: z.strictObject({}),
  answer: z.strictObject({
    value: z.number().describe("In the unit of the training rows"),
    low: z.number().describe("Where the interval around it begins, whose coverage the manifest says"),
    high: z.number().describe("Where it ends"),
  }),
  metrics: REGRESSION_METRICS,
  truth: numberTruth,
  words: {
    summary: "predicts a number for a row of a table",
    unit: "row",
    item: "row",
    sample: '{ "column": "value" }',
    pipelineTag: "tabular-regression",
  },
  example: {
    model: "house-prices",
    items: [
      { living_area: 148, neighbourhood: "North Ames", built: 1961 },
      { living_area: 86, neighbourhood: "Old Town", built: null },
    ],
    answer: { value: 187_400, low: 151_900, high: 231_000 },
  },
} satisfies TaskSchemas;
