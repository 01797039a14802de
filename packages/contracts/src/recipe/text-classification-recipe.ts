import { z } from "zod";

export const path = z.string().min(1);
export const fraction = z.number().gt(0).lt(1);

const columnsSchema = z.strictObject({
  text: z.string().default("text").describe("Column that holds the text"),
  label: z.string().default("label").describe("Column that holds the label"),
  id: z.string().optional().describe("Column that names the row; default: file and row number"),
  group: z.string().optional().describe("Rows that share this value stay in one split"),
});

const cleanSchema = z.strictObject({
  duplicates: z
    .enum(["keep", "exact", "near"])
    .default("near")
    .describe(
      "near: drop exact duplicates and near copies (similarity 0.95 and more), keep groups of similar texts (0.8 and more) in one split",
    ),
  missing: z.enum(["drop", "error"]).default("drop").describe("Rows without a text or a label"),
  minRowsPerLabel: z.int().min(1).default(2).describe("A label with fewer rows is an error that names it"),
});

const splitSchema = z.strictObject({
  test: fraction.default(0.2).describe("Share of the rows judged once, at the end"),
  validation: fraction.default(0.1).describe("Share of the rows that steer early stopping"),
  stratify: z.boolean().default(true).describe("Keep each label's share in every split"),
  seed: z.int().nonnegative().default(7),
});

const dataSchema = z.strictObject({
  source: path.describe("CSV or JSON Lines file, or npm:<package> for a packaged corpus; relative to the recipe"),
  test: path.optional().describe("A published test file: then split.test does not apply"),
  columns: columnsSchema.prefault({}),
  clean: cleanSchema.prefault({}),
  split: splitSchema.prefault({}),
  limit: z
    .int()
    .positive()
    .optional()
    .describe("Use at most so many rows, drawn by split.seed, labels kept in proportion"),
});

/** Rules between two values of a section: what is wrong with them, where, and what to write instead. */
const MODEL_RULES: readonly {
  readonly isBroken: (model: { bagLength: number; maxLength: number; fineTune: string }) => boolean;
  readonly rule: string;
  readonly instead: string;
}[] = [
  {
    isBroken: ({ bagLength, fineTune }) => bagLength > 0 && fineTune !== "full",
    rule: "a bag is trained together with the encoder, so it needs fineTune: full",
    instead: "write fineTune: full, or leave bagLength out",
  },
  {
    isBroken: ({ bagLength, maxLength }) => bagLength > 0 && bagLength < maxLength,
    rule: "a bag reads at least as much as the encoder",
    instead: "write at least maxLength, or 0 for no bag",
  },
];

const modelFields = z.strictObject({
  base: z.string().default("use-lite-en").describe("Pretrained encoder to start from"),
  fineTune: z
    .enum(["full", "frozen"])
    .default("full")
    .describe("full: every weight; frozen: the head on cached vectors"),
  maxLength: z.int().min(1).default(128).describe("Tokens of a text that the encoder reads; at most what it can"),
  truncation: z
    .enum(["end", "middle"])
    .default("end")
    .describe(
      "Which pieces of a longer text go: those at the end, or those in the middle (3/4 from the start are kept)",
    ),
  bagLength: z
    .int()
    .min(0)
    .max(4096)
    .default(0)
    .describe(
      "Pieces of a text that a linear bag of pieces beside the encoder reads, which takes in what is beyond maxLength; 0: no bag. Needs fineTune: full",
    ),
  dropout: z.number().min(0).lt(1).default(0.1),
});

const modelSchema = modelFields.superRefine((model, context) => {
  for (const { isBroken, rule, instead } of MODEL_RULES) {
    if (isBroken(model)) context.addIssue({ code: "custom", path: ["bagLength"], message: rule, params: { instead } });
  }
});

const scheduleOptionsSchema = z.strictObject({
  minimum: z.number().min(0).lt(1).default(0).describe("Share of the peak below which the learning rate does not fall"),
  cycles: z
    .int()
    .positive()
    .default(1)
    .describe("cosine: times that it starts again from the peak, the first included"),
  power: z.number().positive().default(1).describe("polynomial: exponent of what is left of the way"),
  factor: fraction.default(0.1).describe("step and plateau: what the learning rate is multiplied by"),
  every: z
    .number()
    .positive()
    .default(0.3)
    .describe("step: below 1, share of the steps after the warm-up; otherwise steps"),
  decay: z.number().gt(0).max(1).default(0.2).describe("warmupStableDecay: share of the steps in which it falls"),
  patience: z.int().nonnegative().default(2).describe("plateau: evaluations without a smaller validation loss"),
});

const lookAheadSchema = z.strictObject({
  every: z.int().nonnegative().default(0).describe("Updates between two steps of slow weights; 0: there are none"),
  rate: z.number().gt(0).max(1).default(0.5).describe("Share of the way to the weights that the slow ones go"),
});

export const trainSchema = z.strictObject({
  epochs: z
    .number()
    .positive()
    .optional()
    .describe("Passes over the training rows; default: 4, and 60 for a frozen encoder"),
  batchSize: z.int().positive().default(32),
  accumulate: z.int().positive().default(1).describe("Batches whose gradients are added before one update"),
  optimizer: z
    .enum(["sgd", "momentum", "nesterov", "adam", "adamw", "rmsprop", "adagrad", "lion", "lamb", "adafactor"])
    .default("adamw")
    .describe("adafactor needs hardly any memory; its learning rate is relative to the weights: 1e-2 is usual"),
  learningRate: z.number().positive().default(3e-4).describe("Peak learning rate of the encoder"),
  headLearningRate: z
    .number()
    .positive()
    .optional()
    .describe("Peak learning rate of the head; default: 2e-3, and 3e-2 for a frozen encoder"),
  bagLearningRate: z.number().positive().default(3e-2).describe("Peak learning rate of the bag of pieces"),
  schedule: z
    .enum([
      "constant",
      "linear",
      "cosine",
      "polynomial",
      "inverseSquareRoot",
      "step",
      "warmupStableDecay",
      "oneCycle",
      "plateau",
    ])
    .default("linear"),
  scheduleOptions: scheduleOptionsSchema.prefault({}),
  warmup: z.number().min(0).default(0.1).describe("Below 1: share of all steps; otherwise steps"),
  weightDecay: z.number().nonnegative().default(0.01).describe("Decoupled; biases and norms are spared"),
  l1: z.number().nonnegative().default(0),
  l2: z.number().nonnegative().default(0),
  clipNorm: z.number().nonnegative().default(1).describe("Greatest global gradient norm; 0: no clipping"),
  maxNorm: z.number().nonnegative().default(0).describe("Greatest norm of what goes into one unit; 0: none"),
  gradientNoise: z
    .number()
    .nonnegative()
    .default(0)
    .describe("Variance of noise on the first update's gradients, which falls as training goes on; 0: none"),
  lookAhead: lookAheadSchema.prefault({}),
  averageDecay: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe("Decay of a moving average of the weights, which is judged and kept in their stead; 0: none"),
  labelSmoothing: z.number().min(0).lt(1).default(0),
  classWeights: z.enum(["none", "balanced"]).default("none"),
  earlyStopping: z
    .strictObject({
      patience: z.int().positive().optional().describe("default: 3, and 15 for a frozen encoder"),
      metric: z.enum(["loss", "f1Macro", "accuracy"]).default("f1Macro"),
    })
    .prefault({})
    .describe("Stop after so many evaluations without a better validation value; the best weights are kept"),
  evaluationsPerEpoch: z.int().positive().default(1),
  checkpointSeconds: z.number().positive().default(30).describe("Least time between two checkpoints"),
  seed: z.int().nonnegative().default(7),
  threads: z.int().positive().optional().describe("Threads of ONNX Runtime; default: the machine's cores"),
  executionProvider: z
    .enum(["cpu", "webgpu", "cuda", "auto"])
    .default("cpu")
    .describe(
      "Where the model runs while it is trained and judged; auto: the first of cuda, webgpu and cpu that this machine has",
    ),
  cpuFallback: z
    .enum(["warn", "refuse"])
    .default("warn")
    .describe(
      "Operators that the execution provider cannot run: warn runs them on the CPU, with copies; refuse names them and stops",
    ),
});

const gateSchema = z.strictObject({ min: z.number().optional(), max: z.number().optional() });

export const evaluateSchema = z.strictObject({
  baselines: z.array(z.enum(["majority", "tfidf"])).default(["majority", "tfidf"]),
  bootstrap: z.int().min(100).default(1000).describe("Resamples behind each 95 % interval"),
  gates: z
    .record(z.string(), gateSchema)
    .default({})
    .describe("Bounds on test metrics, for example f1Macro: { min: 0.9 }; a missed gate keeps the alias where it is"),
});

export const nameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)
  .describe("Model name: lower-case letters, digits, dot, dash, underscore");

export const textClassificationSchema = z.strictObject({
  name: nameSchema,
  task: z.literal("text-classification"),
  data: dataSchema,
  model: modelSchema.prefault({}),
  train: trainSchema.prefault({}),
  evaluate: evaluateSchema.prefault({}),
});

/** Puts a label on a text: a pretrained encoder, fine-tuned. */
export type TextClassificationRecipe = z.output<typeof textClassificationSchema> & {
  readonly train: DependentDefaults;
};

interface DependentDefaults {
  readonly epochs: number;
  readonly headLearningRate: number;
  readonly earlyStopping: { readonly patience: number };
}

/** Defaults that depend on how the encoder is trained: a head on cached vectors is cheap and starts from nothing. */
const FINE_TUNE_DEFAULTS: Readonly<
  Record<TextClassificationRecipe["model"]["fineTune"], { epochs: number; headLearningRate: number; patience: number }>
> = {
  full: { epochs: 4, headLearningRate: 2e-3, patience: 3 },
  frozen: { epochs: 60, headLearningRate: 3e-2, patience: 15 },
};

/** Fills in the defaults that depend on other values. */
export function resolveTextClassification(recipe: z.output<typeof textClassificationSchema>): TextClassificationRecipe {
  const defaults = FINE_TUNE_DEFAULTS[recipe.model.fineTune];
  const { epochs = defaults.epochs, headLearningRate = defaults.headLearningRate } = recipe.train;
  const { patience = defaults.patience, metric } = recipe.train.earlyStopping;
  return { ...recipe, train: { ...recipe.train, epochs, headLearningRate, earlyStopping: { patience, metric } } };
}
