import { z } from "zod";
import { EMBEDDING_METRICS, type EmbeddingMetric } from "../metrics/embeddings.ts";
import { computeFields } from "../recipe/sections/compute.ts";
import {
  EMBEDDING_EXAMPLES,
  EMBEDDING_LOSSES,
  type EmbeddingLossName,
  lossesOf,
  resolveEmbedding,
} from "../recipe/sections/embedding.ts";
import { checkEmbeddingColumns, columnsRead, embeddingColumns } from "../recipe/sections/embedding-columns.ts";
import { evaluationFields, gatesField } from "../recipe/sections/evaluation.ts";
import { EARLY_STOPPING, fineTuningFields } from "../recipe/sections/fine-tuning.ts";
import { progressFields } from "../recipe/sections/optimisation.ts";
import { splitFields } from "../recipe/sections/split.ts";
import { embeddingEncoderSection } from "../recipe/sections/text-encoder.ts";
import { checkRows, cleanFields, limitField, sourceFields } from "../recipe/sections/text-rows.ts";
import { report } from "../recipe/sections/values.ts";
import { encoderModel, encoderPreprocessing } from "./encoder-manifest.ts";
import type { TaskSchemas } from "./task-schemas.ts";
import { tensorsSchema } from "./tensors.ts";
import { textItem } from "./text-item.ts";

/** Values that only some examples or losses read, with their defaults. */
const SCALE = 20;
const MARGIN = 1;
const LEAST_ROWS = 2;

const examples = z.enum(EMBEDDING_EXAMPLES);

const data = z
  .strictObject({
    ...sourceFields,
    examples: examples
      .default("pairs")
      .describe(
        "What a row is. pairs: a text and one that belongs to it; triplets: and one that does not; scores: two texts and how alike they are; labels: a text and its label, texts of one label belong together",
      ),
    columns: embeddingColumns.prefault({}),
    clean: z
      .strictObject({
        ...cleanFields("one of their texts or values"),
        minRowsPerLabel: z
          .int()
          .min(1)
          .default(LEAST_ROWS)
          .describe("Of labels: a label with fewer rows is an error that names it"),
      })
      .prefault({}),
    split: z
      .strictObject(splitFields("Keep the share of each label, or of small and large similarities, in every split"))
      .prefault({}),
    ...limitField("labels and similarities kept"),
  })
  .superRefine(({ examples, columns, ...rows }, context) => {
    checkEmbeddingColumns(examples, columns, context);
    checkRows({ ...rows, columns: columnsRead(examples, columns) }, context);
  });

const {
  epochs: _,
  learningRate: __,
  headLearningRate: ___,
  headStart: ____,
  bagLearningRate: _____,
  ...tuning
} = fineTuningFields;

const train = z.strictObject({
  loss: z
    .enum(EMBEDDING_LOSSES)
    .optional()
    .describe(
      "multiple-negatives: a text is nearer to its own than to those of the other rows of the batch; triplet: than to its negative; cosine: the cosine is the similarity, of labels 1 or 0; default: cosine for scores, otherwise multiple-negatives",
    ),
  scale: z
    .number()
    .positive()
    .default(SCALE)
    .describe("Of multiple-negatives: factor on the cosines before the softmax"),
  margin: z
    .number()
    .positive()
    .default(MARGIN)
    .describe("Of triplet: by how much the negative must be further away, in Euclidean distance"),
  epochs: z.number().positive().optional().describe("Passes over the training rows; default: 3, 10 with base: none"),
  learningRate: z
    .number()
    .positive()
    .optional()
    .describe("Peak learning rate; default: 1e-4, 1e-3 for lora and bitfit, and with base: none 3e-3, of bert 5e-4"),
  ...tuning,
  earlyStopping: z
    .strictObject({
      patience: z.int().positive().default(3),
      metric: z
        .enum(["loss", "ndcg10", "mrr", "spearman"])
        .optional()
        .describe("default: spearman for scores, otherwise ndcg10"),
    })
    .prefault({})
    .describe(EARLY_STOPPING),
  ...progressFields,
  ...computeFields,
});

const recipe = z.strictObject({
  data,
  model: embeddingEncoderSection.prefault({}),
  train: train.prefault({}),
  evaluate: z
    .strictObject({
      baselines: z
        .array(z.enum(["base", "tfidf"]))
        .default(["base", "tfidf"])
        .describe("base: the encoder as it was before training; tfidf: cosines of TF-IDF vectors of words"),
      ...evaluationFields,
      ...gatesField("recall10: { min: 0.9 }"),
    })
    .prefault({}),
});

type Sections = z.output<typeof recipe>;

/** Values that change nothing, unless they are the default. */
const UNREAD: readonly {
  readonly at: string;
  readonly isBroken: (sections: Sections, loss: EmbeddingLossName) => boolean;
  readonly of: string;
  readonly instead: string;
}[] = [
  {
    at: "train.scale",
    isBroken: ({ train }, loss) => train.scale !== SCALE && loss !== "multiple-negatives",
    of: "the loss multiple-negatives",
    instead: "leave it out, or learn by this loss",
  },
  {
    at: "train.margin",
    isBroken: ({ train }, loss) => train.margin !== MARGIN && loss !== "triplet",
    of: "the loss triplet",
    instead: "leave it out, or learn by this loss",
  },
  {
    at: "data.clean.minRowsPerLabel",
    isBroken: ({ data }) => data.clean.minRowsPerLabel !== LEAST_ROWS && data.examples !== "labels",
    of: "examples: labels",
    instead: "leave it out",
  },
];

/** Metrics of scored pairs; all others are those of searches. */
const OF_SCORES: readonly string[] = ["spearman", "pearson"] satisfies EmbeddingMetric[];

/** Refuses losses and metrics that the examples do not have, and values that change nothing. */
function check(sections: Sections, context: z.RefinementCtx): void {
  const { data, train, evaluate } = sections;
  const { loss, earlyStopping } = train;
  const losses = lossesOf(data.examples);
  for (const { at, isBroken, of, instead } of UNREAD) {
    if (isBroken(sections, loss ?? losses[0]!)) report(context, at, { rule: `it belongs to ${of}`, instead });
  }
  const own = Object.keys(EMBEDDING_METRICS).filter(
    (name) => OF_SCORES.includes(name) === (data.examples === "scores"),
  );
  for (const gate of Object.keys(evaluate.gates)) {
    // Of no metric at all another rule speaks.
    if (own.includes(gate) || !Object.hasOwn(EMBEDDING_METRICS, gate)) continue;
    const broken = { rule: `${data.examples} are not measured by it`, instead: `write one of ${own.join(", ")}` };
    report(context, `evaluate.gates.${gate}`, broken);
  }
  if (loss !== undefined && !losses.includes(loss)) {
    report(context, "train.loss", {
      rule: `${data.examples} are learnt by ${losses.join(" or ")}`,
      instead: `write ${losses[0]}, or leave it out`,
    });
  }
  const { metric } = earlyStopping;
  if (metric === undefined || metric === "loss" || (metric === "spearman") === (data.examples === "scores")) return;
  const right = data.examples === "scores" ? "spearman" : "ndcg10";
  report(context, "train.earlyStopping.metric", {
    rule: `${data.examples} are not measured by it`,
    instead: `write ${right}, or leave it out`,
  });
}

/** Gives a text a vector, near those of texts that belong to it: a pretrained encoder, fine-tuned without a head. */
export const embedding = {
  recipe,
  check,
  resolve: (sections: Sections) => resolveEmbedding(sections),
  manifest: z.strictObject({
    signature: z.strictObject({ input: z.literal("text"), output: z.literal("embedding"), tensors: tensorsSchema }),
    preprocessing: encoderPreprocessing,
    embedding: z.strictObject({
      /** Numbers of a vector. */
      width: z.int().positive(),
      /** Whether the graph gives vectors of length 1. */
      normalized: z.boolean(),
    }),
    /** What it learnt from. */
    examples,
    model: encoderModel,
  }),
  item: textItem,
  options: z.strictObject({
    dimensions: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe(
        "The first so many numbers of a vector, at most its width, scaled to length 1; default: the whole vector as it is",
      ),
  }),
  answer: z.strictObject({ embedding: z.array(z.number()).describe("The vector of the text") }),
  metrics: EMBEDDING_METRICS,
  words: {
    summary: "gives a text a vector, for searches by meaning",
    unit: "row",
    item: "text",
    sample: "your own text",
    pipelineTag: "sentence-similarity",
  },
  example: {
    model: "help-search",
    items: ["How do I reset my password?", "Where is my parcel?"],
    answer: { embedding: [0.6, -0.8] },
    options: { dimensions: 2 },
  },
} satisfies TaskSchemas;
