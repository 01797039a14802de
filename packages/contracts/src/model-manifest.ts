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

/**
 * `modelwright.json`: what a model version is, where it comes from and how to call it.
 *
 * It lists every other file of the folder with its digest, so the folder can be checked before it is loaded.
 */
export const modelManifestSchema = z.strictObject({
  format: z.literal(1),
  name: z.string(),
  version: z.int().positive(),
  task: z.literal("text-classification"),
  createdAt: z.iso.datetime(),
  runId: z.string(),
  /** Index in this list = index in `logits`. */
  labels: z.array(z.string()).min(2),
  signature: z.strictObject({
    /** What a caller of predict() gives and gets, in the words of the task. */
    input: z.literal("text"),
    output: z.literal("label-probabilities"),
    /** The ONNX graph's own door. */
    tensors: z.strictObject({ inputs: z.array(tensorSignatureSchema), outputs: z.array(tensorSignatureSchema) }),
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
  /** On the test split, judged once. */
  metrics: z.record(z.string(), measureSchema),
  lineage: z.strictObject({
    recipeSha256: z.string(),
    dataSha256: z.string(),
    trainRows: z.int().nonnegative(),
    validationRows: z.int().nonnegative(),
    testRows: z.int().nonnegative(),
    seed: z.int(),
  }),
  files: z.array(manifestFileSchema),
});
export type ModelManifest = z.infer<typeof modelManifestSchema>;
