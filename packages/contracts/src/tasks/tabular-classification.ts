import { z } from "zod";
import { CLASSIFICATION_METRICS } from "../metrics/classification.ts";
import { LABEL_METRICS } from "../metrics/label-metrics.ts";
import { checkClassBalance, classBalanceFields } from "../recipe/sections/class-balance.ts";
import { evaluationFields, gatesField } from "../recipe/sections/evaluation.ts";
import { checkFeatures, featuresSection } from "../recipe/sections/features.ts";
import { splitFields } from "../recipe/sections/split.ts";
import { checkTableModel, tableModelSection, tableTrainFields } from "../recipe/sections/table-model.ts";
import { checkTable, tableCleanFields, tableFields } from "../recipe/sections/table-rows.ts";
import { limitField, rowColumns, sourceFields } from "../recipe/sections/text-rows.ts";
import { calibrationField } from "./calibration-manifest.ts";
import { candidatesManifest } from "./encoder-manifest.ts";
import { rowItem } from "./row-item.ts";
import { tableModel, tablePreprocessing } from "./table-manifest.ts";
import type { TaskSchemas } from "./task-schemas.ts";
import { tensorsSchema } from "./tensors.ts";
import { labelTruth } from "./truths.ts";

const data = z
  .strictObject({
    ...sourceFields,
    columns: z
      .strictObject({
        label: z.string().min(1).default("label").describe("Column that holds the label"),
        ...rowColumns,
      })
      .prefault({}),
    ...tableFields,
    clean: z
      .strictObject({
        ...tableCleanFields("a label"),
        minRowsPerLabel: z.int().min(1).default(2).describe("A label with fewer rows is an error that names it"),
      })
      .prefault({}),
    split: z.strictObject(splitFields("Keep each label's share in every split")).prefault({}),
    ...limitField("labels kept"),
  })
  .superRefine((section, context) => checkTable(section, "label", context));

const recipe = z.strictObject({
  data,
  features: featuresSection.prefault({}),
  model: tableModelSection.prefault({}),
  train: z
    .strictObject({
      ...tableTrainFields,
      ...classBalanceFields,
    })
    .prefault({}),
  evaluate: z
    .strictObject({
      baselines: z
        .array(z.enum(["majority", "linear"]))
        .default(["majority", "linear"])
        .describe(
          "majority: the most frequent label; linear: logistic regression on scaled numbers and one-hot categories",
        ),
      ...evaluationFields,
      ...gatesField("rocAuc: { min: 0.8 }"),
    })
    .prefault({}),
});

const probability = z.number().min(0).max(1);

/** Puts one label on a row of a table: boosted trees, a forest or a linear model, whichever is the best. */
export const tabularClassification = {
  recipe,
  check: (sections: z.output<typeof recipe>, context: z.RefinementCtx) => {
    checkTableModel(sections, context);
    checkClassBalance(sections, context);
    const column = sections.data.columns.label;
    checkFeatures(sections, { role: "label", column, isClass: true }, context);
  },
  manifest: z.strictObject({
    /** Index in this list = index in `logits`. */
    labels: z.array(z.string()).min(2),
    signature: z.strictObject({
      input: z.literal("row"),
      output: z.literal("label-probabilities"),
      tensors: tensorsSchema,
    }),
    preprocessing: tablePreprocessing,
    target: z.strictObject({ column: z.string() }),
    model: tableModel,
    candidates: candidatesManifest.optional(),
    ...calibrationField,
  }),
  item: rowItem,
  options: z.strictObject({
    all: z.boolean().optional().describe("Probabilities of every label"),
    topK: z.int().min(1).max(1_000_000).optional().describe("Probabilities of so many likeliest labels"),
  }),
  answer: z.strictObject({
    label: z.string(),
    probability: probability.describe("Of the label"),
    probabilities: z
      .array(z.strictObject({ label: z.string(), probability }))
      .optional()
      .describe("With all or topK, likeliest first"),
  }),
  metrics: CLASSIFICATION_METRICS,
  labelMetrics: LABEL_METRICS,
  truth: labelTruth,
  words: {
    summary: "puts one label on a row of a table",
    unit: "row",
    item: "row",
    sample: '{ "column": "value" }',
    pipelineTag: "tabular-classification",
  },
  example: {
    model: "churn",
    items: [
      { tenure: 2, contract: "Month-to-month", monthly_charges: 89.9 },
      { tenure: 58, contract: "Two year", monthly_charges: null },
    ],
    answer: { label: "yes", probability: 0.8312 },
    options: { topK: 12 },
  },
} satisfies TaskSchemas;
