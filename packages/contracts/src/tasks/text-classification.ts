import { z } from "zod";
import { CLASSIFICATION_METRICS } from "../metrics/classification.ts";
import { LABEL_METRICS } from "../metrics/label-metrics.ts";
import { checkDistillation, distillationFields, resolveDistillation } from "../recipe/sections/distillation.ts";
import { evaluationFields, gatesField } from "../recipe/sections/evaluation.ts";
import {
  budgetField,
  EARLY_STOPPING,
  fineTuningFields,
  fineTuningRunFields,
  patienceField,
  resolveCandidates,
} from "../recipe/sections/fine-tuning.ts";
import { rejectSection } from "../recipe/sections/reject.ts";
import { splitFields } from "../recipe/sections/split.ts";
import { candidatesSection } from "../recipe/sections/text-encoder.ts";
import {
  checkRows,
  cleanFields,
  limitField,
  rowColumns,
  secondColumn,
  sourceFields,
  textColumn,
} from "../recipe/sections/text-rows.ts";
import { checkValidationRows, resolveValidationRows, validationField } from "../recipe/sections/validation-rows.ts";
import { calibrationField } from "./calibration-manifest.ts";
import {
  candidatesManifest,
  distillationManifest,
  encoderModel,
  encoderPreprocessing,
  textInput,
} from "./encoder-manifest.ts";
import type { TaskSchemas } from "./task-schemas.ts";
import { tensorsSchema } from "./tensors.ts";
import { textOrPairItem } from "./text-item.ts";
import { labelTruth } from "./truths.ts";

const data = z
  .strictObject({
    ...sourceFields,
    columns: z
      .strictObject({
        ...textColumn,
        ...secondColumn,
        label: z.string().default("label").describe("Column that holds the label"),
        ...rowColumns,
      })
      .prefault({}),
    clean: z
      .strictObject({
        ...cleanFields("a text or a label"),
        minRowsPerLabel: z.int().min(1).default(2).describe("A label with fewer rows is an error that names it"),
      })
      .prefault({}),
    split: z
      .strictObject({ ...splitFields("Keep each label's share in every split"), ...validationField })
      .prefault({}),
    ...limitField("labels kept"),
  })
  .superRefine(checkRows);

const train = z.strictObject({
  ...fineTuningFields,
  ...budgetField,
  labelSmoothing: z.number().min(0).lt(1).default(0),
  classWeights: z.enum(["none", "balanced"]).default("none"),
  ...distillationFields,
  earlyStopping: z
    .strictObject({ ...patienceField, metric: z.enum(["loss", "f1Macro", "accuracy"]).default("f1Macro") })
    .prefault({})
    .describe(EARLY_STOPPING),
  ...fineTuningRunFields,
});

const probability = z.number().min(0).max(1);

const recipe = z.strictObject({
  data,
  model: candidatesSection.prefault({}),
  train: train.prefault({}),
  reject: rejectSection
    .optional()
    .describe("Answers none of the labels where the model is not sure enough; default: it always answers"),
  evaluate: z
    .strictObject({
      baselines: z.array(z.enum(["majority", "tfidf"])).default(["majority", "tfidf"]),
      ...evaluationFields,
      ...gatesField("f1Macro: { min: 0.9 }"),
    })
    .prefault({}),
});

/** Puts one label on a text: the best of a pretrained encoder, fine-tuned, and TF-IDF under a linear model. */
export const textClassification = {
  recipe,
  check: (sections: z.output<typeof recipe>, context: z.RefinementCtx) => {
    checkDistillation(sections, context);
    checkValidationRows(sections, context);
  },
  resolve: (sections: z.output<typeof recipe>) =>
    resolveValidationRows(resolveDistillation(resolveCandidates(sections))),
  manifest: z.strictObject({
    /** Index in this list = index in `logits`. */
    labels: z.array(z.string()).min(2),
    signature: z.strictObject({
      /** What a caller of predict() gives and gets, in the words of the task. */
      input: textInput,
      output: z.literal("label-probabilities"),
      tensors: tensorsSchema,
    }),
    preprocessing: encoderPreprocessing,
    model: encoderModel,
    candidates: candidatesManifest.optional(),
    /** Absent: it learnt from labels alone. */
    distillation: distillationManifest.optional(),
    ...calibrationField,
    /** Absent: the model always answers. */
    reject: z
      .strictObject({
        /** A text whose likeliest label is less probable gets none. */
        below: probability,
        /** Share of right answers that it was fitted to give. */
        precision: probability.optional(),
        /** What it does to the validation rows; `precision` is absent where none of them is answered. */
        validation: z.strictObject({
          rows: z.int().nonnegative(),
          coverage: probability,
          precision: probability.optional(),
        }),
      })
      .optional(),
  }),
  item: textOrPairItem,
  options: z.strictObject({
    all: z.boolean().optional().describe("Probabilities of every label"),
    topK: z.int().min(1).max(1_000_000).optional().describe("Probabilities of so many likeliest labels"),
  }),
  answer: z.strictObject({
    label: z.string().nullable().describe("null where the model rejects the text: none of its labels is likely enough"),
    rejected: z.literal(true).optional().describe("Only of a rejected text"),
    likeliest: z.string().optional().describe("Of a rejected text: the label that was likeliest all the same"),
    probability: probability.describe("Of the label, or of the likeliest one"),
    probabilities: z
      .array(z.strictObject({ label: z.string(), probability }))
      .optional()
      .describe("With all or topK, likeliest first"),
  }),
  metrics: CLASSIFICATION_METRICS,
  labelMetrics: LABEL_METRICS,
  truth: labelTruth,
  words: {
    summary: "puts one label on a text",
    unit: "row",
    item: "text",
    sample: "your own text",
    pipelineTag: "text-classification",
  },
  example: {
    model: "mail-triage",
    items: ["Where is my parcel?", "I want my money back"],
    answer: { label: "shipping", probability: 0.9731 },
    rejected: { label: null, rejected: true, likeliest: "refund", probability: 0.4127 },
    options: { topK: 12 },
  },
} satisfies TaskSchemas;
