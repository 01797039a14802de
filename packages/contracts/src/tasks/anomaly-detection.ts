import { z } from "zod";
import { ANOMALY_METRICS } from "../metrics/anomalies.ts";
import {
  ANOMALY_DETECTORS,
  anomalyModelSection,
  anomalyTrainFields,
  checkAnomalyModel,
  usualDetectors,
} from "../recipe/sections/anomalies.ts";
import { evaluationFields, gatesField } from "../recipe/sections/evaluation.ts";
import { personalDataField } from "../recipe/sections/personal-data.ts";
import { splitFields } from "../recipe/sections/split.ts";
import { checkTable, repeatedRowsField, tableFields } from "../recipe/sections/table-rows.ts";
import { limitField, rowColumns, sourceFields } from "../recipe/sections/text-rows.ts";
import { fraction } from "../recipe/sections/values.ts";
import { candidatesManifest } from "./encoder-manifest.ts";
import { rowItem } from "./row-item.ts";
import { tablePreprocessing } from "./table-manifest.ts";
import type { TaskSchemas } from "./task-schemas.ts";
import { tensorsSchema } from "./tensors.ts";
import { flagTruth } from "./truths.ts";

const data = z
  .strictObject({
    ...sourceFields,
    columns: z
      .strictObject({
        label: z
          .string()
          .min(1)
          .optional()
          .describe(
            "Column that marks known anomalies, by which the model is chosen and evaluated; it never learns from it; default: none are known",
          ),
        ...rowColumns,
      })
      .prefault({}),
    anomalous: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        "Values of the label's column that mark an anomaly, for example [fraud, chargeback]; default: told from common words such as yes, true, 1, anomaly, outlier, fraud, 异常",
      ),
    ...tableFields,
    clean: z.strictObject({ duplicates: repeatedRowsField, pii: personalDataField }).prefault({}),
    split: z.strictObject(splitFields("Keep the share of known anomalies in every split")).prefault({}),
    ...limitField("known anomalies kept"),
  })
  .superRefine((section, context) => checkTable(section, "label", context));

const BASELINES = ["largest-deviation", "random"] as const;

const recipe = z.strictObject({
  data,
  model: anomalyModelSection.prefault({}),
  train: z.strictObject(anomalyTrainFields).prefault({}),
  evaluate: z
    .strictObject({
      baselines: z
        .array(z.enum(BASELINES))
        .optional()
        .describe(
          "largest-deviation: a row is as odd as its number that is farthest from the median, in units of its column's median distance; random: drawn; default: both where anomalies are known, else none",
        ),
      ...evaluationFields,
      ...gatesField("averagePrecision: { min: 0.5 }"),
    })
    .prefault({}),
});

type Sections = z.output<typeof recipe>;

/** Fills in the candidates, and the baselines: without known anomalies nothing tells which of two models is better. */
function resolve(sections: Sections) {
  const { data, model, evaluate } = sections;
  const { label } = data.columns;
  const usual: (typeof BASELINES)[number][] = label === undefined ? [] : [...BASELINES];
  return {
    ...sections,
    model: { ...model, candidates: model.candidates ?? usualDetectors(label) },
    evaluate: { ...evaluate, baselines: evaluate.baselines ?? usual },
  };
}

const share = z.number().min(0).max(1);

/** Tells how odd a row of a table is, beside the rows that it has learnt from. */
export const anomalyDetection = {
  recipe,
  check: (sections: Sections, context: z.RefinementCtx) => checkAnomalyModel(sections, context),
  resolve: (sections: Sections) => resolve(sections),
  manifest: z.strictObject({
    signature: z.strictObject({ input: z.literal("row"), output: z.literal("oddness"), tensors: tensorsSchema }),
    preprocessing: tablePreprocessing,
    /** A usual value of each column, a number or a text: the median, the most frequent category; neither where a usual row has none. */
    typical: z
      .array(z.strictObject({ column: z.string(), number: z.number().optional(), text: z.string().optional() }))
      .min(1),
    /** What marks known anomalies; absent: none were known. */
    label: z.strictObject({ column: z.string(), anomalous: z.array(z.string()).min(1) }).optional(),
    model: z.strictObject({
      /** The model is their weighted mean, in the logarithm of the share of rows that are as odd. */
      parts: z
        .array(
          z.strictObject({
            kind: z.enum(ANOMALY_DETECTORS),
            /** Its share of the mean. */
            weight: z.number().gt(0).max(1),
            /** Numbers that its transforms make of a row. */
            features: z.int().positive(),
            /** Of trees, leaves in all; of nearest neighbours, their numbers. */
            parameters: z.int().positive(),
            /** Of an isolation forest. */
            trees: z.int().positive().optional(),
          }),
        )
        .min(1),
    }),
    threshold: z.strictObject({
      /** What it was chosen by. */
      by: z.enum(["share", "f1", "precision"]),
      /** Rows whose output `oddness` is larger are flagged. */
      oddness: z.number().nonnegative(),
      /** Share of the rows above it among those that it was chosen by. */
      share,
      /** Of the known anomalies among these; absent: none were known. */
      known: z.strictObject({ rows: z.int().positive(), precision: share, recall: share }).optional(),
    }),
    candidates: candidatesManifest.optional(),
  }),
  item: rowItem,
  options: z.strictObject({
    explain: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .describe("So many of the columns that make the row odd; the model is then asked once more per column"),
  }),
  answer: z.strictObject({
    score: share.describe("Share of the training rows that look less odd"),
    anomalous: z.boolean().describe("Whether the score lies above the threshold that the manifest says"),
    columns: z
      .array(
        z.strictObject({
          column: z.string(),
          share: fraction.or(z.literal(1)).describe("Of what makes the row odd, all columns together 1"),
        }),
      )
      .optional()
      .describe("With explain, the most telling first: what makes the row less odd when a usual value stands there"),
  }),
  metrics: ANOMALY_METRICS,
  truth: flagTruth,
  words: {
    summary: "tells how odd a row of a table is",
    unit: "row",
    item: "row",
    sample: '{ "column": "value" }',
    pipelineTag: "tabular-classification",
  },
  example: {
    model: "machines",
    items: [
      { temperature: 71.5, vibration: 0.42, tool: "drill" },
      { temperature: 70.2, vibration: 3.9, tool: null },
    ],
    answer: {
      score: 0.9996,
      anomalous: true,
      columns: [
        { column: "vibration", share: 0.91 },
        { column: "tool", share: 0.09 },
      ],
    },
    options: { explain: 3 },
  },
} satisfies TaskSchemas;
