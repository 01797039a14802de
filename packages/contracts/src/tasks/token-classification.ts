import { z } from "zod";
import { SPAN_LABEL_METRICS, SPAN_METRICS } from "../metrics/spans.ts";
import { computeFields } from "../recipe/sections/compute.ts";
import { evaluationFields, gatesField } from "../recipe/sections/evaluation.ts";
import { EARLY_STOPPING, NO_BASE, unfreezeField } from "../recipe/sections/fine-tuning.ts";
import {
  batchFields,
  clipNormField,
  progressFields,
  scheduleFields,
  weightDecayField,
} from "../recipe/sections/optimisation.ts";
import { source } from "../recipe/sections/source.ts";
import { splitFields } from "../recipe/sections/split.ts";
import { resolveTagger, TAGGER_FROM_SCRATCH, taggerSection } from "../recipe/sections/tagger.ts";
import {
  checkRows,
  cleanFields,
  limitField,
  rowColumns,
  sourceFields,
  textColumn,
} from "../recipe/sections/text-rows.ts";
import { report } from "../recipe/sections/values.ts";
import { encoderModel } from "./encoder-manifest.ts";
import type { TaskSchemas } from "./task-schemas.ts";
import { tensorsSchema, tokenId } from "./tensors.ts";
import { textItem } from "./text-item.ts";
import { spansTruth } from "./truths.ts";

const data = z
  .strictObject({
    ...sourceFields,
    source: source(
      "File of one token and its tag per line (.conll, .bio, .iob, .txt; IOB1, IOB2, BIOES or BILOU), or a table with a text and its spans, or with tokens and tags",
    ),
    columns: z
      .strictObject({
        ...textColumn,
        spans: z
          .string()
          .default("spans")
          .describe(
            'Column that holds the spans, [{"start": 0, "end": 5, "label": "PER"}], offsets in UTF-16 code units',
          ),
        ...rowColumns,
      })
      .prefault({}),
    clean: z
      .strictObject({
        ...cleanFields("a text or its spans"),
        duplicates: z
          .enum(["keep", "exact", "near"])
          .default("exact")
          .describe("exact: a text counts once; near: near copies (similarity 0.95 and more) leave too"),
        minRowsPerLabel: z.int().min(1).default(2).describe("A label in fewer rows is an error that names it"),
      })
      .prefault({}),
    split: z.strictObject(splitFields("Keep the share of rows with each label in every split")).prefault({}),
    ...limitField("labels kept"),
  })
  .superRefine(checkRows);

const train = z.strictObject({
  ...batchFields,
  ...scheduleFields,
  ...weightDecayField,
  ...clipNormField,
  ...progressFields,
  ...computeFields,
  epochs: z
    .number()
    .positive()
    .optional()
    .describe("Passes over the training rows; default: 4, and 10 with base: none"),
  learningRate: z
    .number()
    .positive()
    .optional()
    .describe(
      "Peak learning rate, with a pretrained base that of what is trained of it; default: 3e-4, 1e-3 for lora and bitfit, and 4e-3 with base: none",
    ),
  headLearningRate: z
    .number()
    .positive()
    .optional()
    .describe("Peak learning rate of the head on a pretrained base; default: 2e-3"),
  layerDecay: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe("The learning rate of a layer of a pretrained base over that of the layer above it"),
  ...unfreezeField,
  earlyStopping: z
    .strictObject({
      patience: z.int().positive().optional().describe("default: 3, and 5 with base: none"),
      metric: z.enum(["loss", "f1Micro"]).default("f1Micro"),
    })
    .prefault({})
    .describe(EARLY_STOPPING),
});

const recipe = z.strictObject({
  data,
  model: taggerSection.prefault({}),
  train: train.prefault({}),
  evaluate: z
    .strictObject({
      baselines: z
        .array(z.enum(["dictionary"]))
        .default(["dictionary"])
        .describe("dictionary: the longest stretches of units that were marked in training more often than not"),
      ...evaluationFields,
      ...gatesField("f1Micro: { min: 0.8 }"),
    })
    .prefault({}),
});

/** Refuses what the network from scratch does not read. */
function check({ model, train }: z.output<typeof recipe>, context: z.RefinementCtx): void {
  const { headLearningRate = TAGGER_FROM_SCRATCH.headLearningRate } = train;
  if (model.base !== NO_BASE || headLearningRate === TAGGER_FROM_SCRATCH.headLearningRate) return;
  report(context, "train.headLearningRate", {
    rule: `all of base: ${NO_BASE} is trained with train.learningRate`,
    instead: "write train.learningRate, or name a pretrained base",
  });
}

const entity = z.strictObject({
  start: z.int().nonnegative().describe("In UTF-16 code units, as JavaScript strings count"),
  end: z.int().positive().describe("Behind the last character, in UTF-16 code units"),
  label: z.string(),
  text: z.string().describe("What stands there"),
  score: z.number().min(0).max(1).describe("Probability of the least certain of its tags"),
});

/** Marks labelled spans in a text, such as names: a network from scratch, or a pretrained encoder under a head for each token. */
export const tokenClassification = {
  recipe,
  check,
  resolve: (sections: z.output<typeof recipe>) => resolveTagger(sections),
  manifest: z.strictObject({
    /** Of spans; tag 0 is `O`, tag 2 i + 1 begins a span of label i, tag 2 i + 2 goes on with it. */
    labels: z.array(z.string()).min(1),
    signature: z.strictObject({ input: z.literal("text"), output: z.literal("entities"), tensors: tensorsSchema }),
    preprocessing: z.strictObject({
      tokenizer: z.literal("tokenizer.json"),
      units: z.enum(["characters", "words"]),
      /** `many`: a unit is cut into tokens, of which the first has its tag; absent: it is one token. */
      tokensPerUnit: z.literal("many").optional(),
      /** Tokens that are read at once. */
      maxLength: z.int().positive(),
      padId: tokenId,
    }),
    model: encoderModel.omit({ kind: true }).partial({ fineTune: true }).extend({ architecture: z.string() }),
  }),
  item: textItem,
  options: z.strictObject({}),
  answer: z.strictObject({
    text: z.string().describe("As it was sent"),
    entities: z.array(entity).describe("In their order; none overlaps another one"),
  }),
  metrics: SPAN_METRICS,
  labelMetrics: SPAN_LABEL_METRICS,
  truth: spansTruth,
  words: {
    summary: "marks labelled spans in a text, such as names",
    unit: "row",
    item: "text",
    sample: "Anna Lindqvist moved from Oslo to Lisbon.",
    pipelineTag: "token-classification",
  },
  example: {
    model: "place-names",
    items: ["Anna moved to Oslo.", "Nothing happened."],
    answer: {
      text: "Anna moved to Oslo.",
      entities: [
        { start: 0, end: 4, label: "PER", text: "Anna", score: 0.97 },
        { start: 14, end: 18, label: "LOC", text: "Oslo", score: 0.99 },
      ],
    },
  },
} satisfies TaskSchemas;
