import { z } from "zod";

/** One file of a model version, by content. */
const manifestFileSchema = z.strictObject({
  path: z.string(),
  sizeBytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ManifestFile = z.infer<typeof manifestFileSchema>;

/** A named tensor at the model's door; `-1` in the shape is a free dimension. */
const tensorSignatureSchema = z.strictObject({
  name: z.string(),
  dtype: z.string(),
  shape: z.array(z.int().min(-1)),
});
export type TensorSignature = z.infer<typeof tensorSignatureSchema>;

/** A point estimate with its interval; `undefined` bounds where none can be given. */
export const measureSchema = z.strictObject({
  value: z.number(),
  low: z.number().optional(),
  high: z.number().optional(),
});
export type Measure = z.infer<typeof measureSchema>;

/** What every version says of itself. */
const common = {
  format: z.literal(1),
  name: z.string(),
  version: z.int().positive(),
  createdAt: z.iso.datetime(),
  runId: z.string(),
  /** On the test split, judged once. */
  metrics: z.record(z.string(), measureSchema),
  lineage: z.strictObject({
    /** Of the recipe without `train.threads`, `executionProvider` and `cpuFallback`, which belong to the machine. */
    recipeSha256: z.string(),
    dataSha256: z.string(),
    /** Of language models: documents. */
    trainRows: z.int().nonnegative(),
    validationRows: z.int().nonnegative(),
    testRows: z.int().nonnegative(),
    seed: z.int(),
  }),
  files: z.array(manifestFileSchema),
};

/** The ONNX graph's own door. */
const tensors = z.strictObject({ inputs: z.array(tensorSignatureSchema), outputs: z.array(tensorSignatureSchema) });

const textClassificationManifestSchema = z.strictObject({
  ...common,
  task: z.literal("text-classification"),
  /** Index in this list = index in `logits`. */
  labels: z.array(z.string()).min(2),
  signature: z.strictObject({
    /** What a caller of predict() gives and gets, in the words of the task. */
    input: z.literal("text"),
    output: z.literal("label-probabilities"),
    tensors,
  }),
  preprocessing: z.strictObject({
    tokenizer: z.literal("tokenizer.json"),
    /** Texts of more pieces are cut. */
    maxLength: z.int().positive(),
    /** `end`: the first pieces stay. `middle`: the first ⌈3/4 · maxLength⌉ and the last of the rest stay. */
    truncation: z.enum(["end", "middle"]),
    /** Pieces that the bag beside the encoder reads, in `bag_ids`; absent: the model has none. */
    bagLength: z.int().positive().optional(),
    padId: z.int().nonnegative(),
  }),
  model: z.strictObject({ base: z.string(), fineTune: z.string(), parameters: z.int().positive() }),
});
export type TextClassificationManifest = z.infer<typeof textClassificationManifestSchema>;

const id = z.int().nonnegative();
const languageModel = z.strictObject({ architecture: z.string(), parameters: z.int().positive() });

const causalLanguageModelManifestSchema = z.strictObject({
  ...common,
  task: z.literal("causal-language-modeling"),
  signature: z.strictObject({ input: z.literal("text"), output: z.literal("continuation"), tensors }),
  preprocessing: z.strictObject({
    tokenizer: z.literal("tokenizer.json"),
    /** Pieces that the model reads at once. */
    maxLength: z.int().positive(),
    /** Stands before and behind every text. */
    endOfTextId: id,
  }),
  model: languageModel,
});
export type CausalLanguageModelManifest = z.infer<typeof causalLanguageModelManifestSchema>;

const maskedLanguageModelManifestSchema = z.strictObject({
  ...common,
  task: z.literal("masked-language-modeling"),
  signature: z.strictObject({ input: z.literal("text"), output: z.literal("masked-pieces"), tensors }),
  preprocessing: z.strictObject({
    tokenizer: z.literal("tokenizer.json"),
    /** Pieces that the model reads at once, special tokens included. */
    maxLength: z.int().positive(),
    padId: id,
    unknownId: id,
    clsId: id,
    sepId: id,
    maskId: id,
  }),
  model: languageModel,
});
export type MaskedLanguageModelManifest = z.infer<typeof maskedLanguageModelManifestSchema>;

/**
 * `modelwright.json`: what a model version is, where it comes from and how to call it.
 *
 * It lists every other file of the folder with its digest, so the folder can be checked before it is loaded.
 */
export const modelManifestSchema = z.discriminatedUnion("task", [
  textClassificationManifestSchema,
  causalLanguageModelManifestSchema,
  maskedLanguageModelManifestSchema,
]);
export type ModelManifest = z.infer<typeof modelManifestSchema>;

type WithoutFiles<Manifest> = Manifest extends ModelManifest ? Omit<Manifest, "files"> : never;
/** A manifest before its files are known. */
export type ModelDescription<Manifest extends ModelManifest = ModelManifest> = WithoutFiles<Manifest>;

/** Manifests of one task. */
export type ManifestOf<Task extends ModelManifest["task"]> = Extract<ModelManifest, { readonly task: Task }>;

export function isOfTask<Task extends ModelManifest["task"]>(
  manifest: ModelManifest,
  task: Task,
): manifest is ManifestOf<Task> {
  return manifest.task === task;
}
