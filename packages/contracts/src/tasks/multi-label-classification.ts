import { z } from "zod";
import { LABEL_METRICS } from "../metrics/label-metrics.ts";
import { MULTI_LABEL_METRICS } from "../metrics/multi-label.ts";
import { evaluationFields, gatesField } from "../recipe/sections/evaluation.ts";
import {
  EARLY_STOPPING,
  fineTuningFields,
  fineTuningRunFields,
  patienceField,
  resolveFineTuning,
} from "../recipe/sections/fine-tuning.ts";
import { splitFields } from "../recipe/sections/split.ts";
import { textEncoderSection } from "../recipe/sections/text-encoder.ts";
import {
  checkRows,
  cleanFields,
  limitField,
  rowColumns,
  secondColumn,
  sourceFields,
  textColumn,
} from "../recipe/sections/text-rows.ts";
import { calibrationField } from "./calibration-manifest.ts";
import { encoderModel, encoderPreprocessing, textInput } from "./encoder-manifest.ts";
import type { TaskSchemas } from "./task-schemas.ts";
import { tensorsSchema } from "./tensors.ts";
import { textOrPairItem } from "./text-item.ts";
import { labelsTruth } from "./truths.ts";

const data = z
  .strictObject({
    ...sourceFields,
    columns: z
      .strictObject({
        ...textColumn,
        ...secondColumn,
        labels: z
          .string()
          .default("labels")
          .describe("Column that holds the labels of a row, separated or as a JSON list; [] for a row without any"),
        ...rowColumns,
      })
      .prefault({}),
    labelSeparator: z
      .string()
      .min(1)
      .optional()
      .describe("What stands between two labels of a cell; default: told from the column, one of | ; ,"),
    clean: z
      .strictObject({
        ...cleanFields("a text or labels"),
        minRowsPerLabel: z.int().min(1).default(2).describe("A label with fewer rows is an error that names it"),
      })
      .prefault({}),
    split: z.strictObject(splitFields("Keep the share of each set of labels in every split")).prefault({}),
    ...limitField("sets of labels kept"),
  })
  .superRefine(checkRows);

const train = z.strictObject({
  ...fineTuningFields,
  positiveWeights: z
    .enum(["none", "balanced"])
    .default("none")
    .describe("balanced: rows with a label weigh as much in its loss as those without, at most ten times"),
  earlyStopping: z
    .strictObject({
      ...patienceField,
      metric: z.enum(["loss", "f1Micro", "f1Macro", "averagePrecisionMacro"]).default("averagePrecisionMacro"),
    })
    .prefault({})
    .describe(EARLY_STOPPING),
  ...fineTuningRunFields,
});

const probability = z.number().min(0).max(1);

const recipe = z.strictObject({
  data,
  model: textEncoderSection.prefault({}),
  train: train.prefault({}),
  evaluate: z
    .strictObject({
      baselines: z
        .array(z.enum(["frequency", "tfidf"]))
        .default(["frequency", "tfidf"])
        .describe("frequency: each label as often as in the training rows; tfidf: logistic regression on words"),
      ...evaluationFields,
      ...gatesField("f1Micro: { min: 0.8 }"),
    })
    .prefault({}),
});

/** Puts any number of labels on a text: a pretrained encoder, fine-tuned. */
export const multiLabelClassification = {
  recipe,
  resolve: (sections: z.output<typeof recipe>) => resolveFineTuning(sections),
  manifest: z.strictObject({
    /** Index in this list = index in `logits`. */
    labels: z.array(z.string()).min(1),
    /** The probability from which on a text has the label, by label; fitted on the validation rows. */
    thresholds: z.array(probability),
    signature: z.strictObject({ input: textInput, output: z.literal("labels"), tensors: tensorsSchema }),
    preprocessing: encoderPreprocessing,
    model: encoderModel,
    ...calibrationField,
  }),
  item: textOrPairItem,
  options: z.strictObject({
    all: z.boolean().optional().describe("Probabilities and thresholds of every label"),
  }),
  answer: z.strictObject({
    labels: z.array(z.string()).describe("Those whose probability reaches their threshold, likeliest first"),
    scores: z
      .array(z.strictObject({ label: z.string(), probability, threshold: probability }))
      .optional()
      .describe("With all, likeliest first"),
  }),
  metrics: MULTI_LABEL_METRICS,
  labelMetrics: LABEL_METRICS,
  truth: labelsTruth,
  words: {
    summary: "puts any number of labels on a text",
    unit: "row",
    item: "text",
    sample: "your own text",
    pipelineTag: "text-classification",
  },
  example: {
    model: "complaint-topics",
    items: ["The food was cold and the bill wrong.", "Everything was fine."],
    answer: { labels: ["food", "billing"] },
    options: { all: true },
  },
} satisfies TaskSchemas;
