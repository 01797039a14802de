import { z } from "zod";
import { REGRESSION_METRICS } from "../metrics/regression.ts";
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
import { encoderModel, encoderPreprocessing, textInput } from "./encoder-manifest.ts";
import type { TaskSchemas } from "./task-schemas.ts";
import { tensorsSchema } from "./tensors.ts";
import { textOrPairItem } from "./text-item.ts";
import { numberTruth } from "./truths.ts";

const data = z
  .strictObject({
    ...sourceFields,
    columns: z
      .strictObject({
        ...textColumn,
        ...secondColumn,
        target: z.string().default("target").describe("Column that holds the number"),
        ...rowColumns,
      })
      .prefault({}),
    clean: z.strictObject(cleanFields("a text or a number")).prefault({}),
    split: z.strictObject(splitFields("Keep small and large numbers alike in every split, by tenths")).prefault({}),
    ...limitField("small and large numbers kept"),
  })
  .superRefine(checkRows);

const train = z.strictObject({
  ...fineTuningFields,
  loss: z
    .enum(["mse", "huber"])
    .default("mse")
    .describe("mse: squared error; huber: linear beyond huberDelta, so that few far-off numbers weigh less"),
  huberDelta: z
    .number()
    .positive()
    .default(1)
    .describe("Of huber: the error, in standard deviations of the number, from which on the loss is linear"),
  earlyStopping: z
    .strictObject({ ...patienceField, metric: z.enum(["loss", "rmse", "mae", "r2"]).default("rmse") })
    .prefault({})
    .describe(EARLY_STOPPING),
  ...fineTuningRunFields,
});

const recipe = z.strictObject({
  data,
  model: textEncoderSection.prefault({}),
  train: train.prefault({}),
  evaluate: z
    .strictObject({
      baselines: z
        .array(z.enum(["mean", "tfidf"]))
        .default(["mean", "tfidf"])
        .describe("mean: the mean of the training numbers; tfidf: ridge regression on words"),
      ...evaluationFields,
      ...gatesField("mae: { max: 0.5 }"),
    })
    .prefault({}),
});

/** Predicts a number for a text: a pretrained encoder, fine-tuned. */
export const textRegression = {
  recipe,
  resolve: (sections: z.output<typeof recipe>) => resolveFineTuning(sections),
  manifest: z.strictObject({
    signature: z.strictObject({ input: textInput, output: z.literal("number"), tensors: tensorsSchema }),
    preprocessing: encoderPreprocessing,
    /** The numbers of the training rows: what lies beyond them the model has never seen. */
    target: z.strictObject({ column: z.string(), minimum: z.number(), maximum: z.number(), mean: z.number() }),
    model: encoderModel,
  }),
  item: textOrPairItem,
  options: z.strictObject({}),
  answer: z.strictObject({ value: z.number().describe("In the unit of the training rows") }),
  metrics: REGRESSION_METRICS,
  truth: numberTruth,
  words: {
    summary: "predicts a number for a text",
    unit: "row",
    item: "text",
    sample: "your own text",
    pipelineTag: "text-classification",
  },
  example: {
    model: "review-stars",
    items: ["The room was clean and quiet.", "Never again."],
    answer: { value: 4.62 },
  },
} satisfies TaskSchemas;
