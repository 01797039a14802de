import { z } from "zod";
import { TASKS, type TaskName, taskNames } from "../tasks/tasks.ts";

/** Whether a path leads to a place inside the folder that it is relative to, on every system. */
function staysInside(path: string): boolean {
  const parts = path.split("/");
  return parts.every((part) => !["", ".", ".."].includes(part)) && !/[\\:\0]/.test(path);
}

/** One file of a model version, by content. */
const manifestFileSchema = z.strictObject({
  path: z.string().refine(staysInside, 'must lead to a file inside the folder, with "/" between its parts'),
  sizeBytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ManifestFile = z.infer<typeof manifestFileSchema>;

/** A point estimate with its interval; `undefined` bounds where none can be given. */
export const measureSchema = z.strictObject({
  value: z.number(),
  low: z.number().optional(),
  high: z.number().optional(),
  /** Of the bounds, where resampling shifts the value: the normal interval around it. Absent: bootstrap, BCa. */
  method: z.literal("normal").optional(),
});
export type Measure = z.infer<typeof measureSchema>;

const crossValidationSchema = z.strictObject({
  folds: z.union([z.int(), z.literal("leave-one-out")]),
  repeats: z.int().positive(),
  /** That were answered for. */
  rows: z.int().positive(),
  /** Over all rows, each answered for by a model that had not seen it. */
  pooled: z.record(z.string(), measureSchema),
  /** Mean and standard deviation over folds; empty where a fold is one row. */
  perFold: z.record(z.string(), z.strictObject({ mean: z.number(), deviation: z.number() })),
});
export type CrossValidationManifest = z.infer<typeof crossValidationSchema>;

/** What every version says of itself. */
const common = {
  format: z.literal(1),
  name: z.string(),
  version: z.int().positive(),
  createdAt: z.iso.datetime(),
  runId: z.string(),
  /** On the test split, evaluated once. */
  metrics: z.record(z.string(), measureSchema),
  /** Of models that learnt from a part of the rows each; absent where there was no cross-validation. */
  crossValidation: crossValidationSchema.optional(),
  lineage: z.strictObject({
    /** Of the recipe without the values that belong to the machine. */
    recipeSha256: z.string(),
    /** Of the rows as they were cleaned and divided. */
    dataSha256: z.string(),
    /** Which rows each source had; of a source of which only some rows were read nothing is known. */
    sources: z
      .array(z.strictObject({ name: z.string(), version: z.string(), rows: z.int().nonnegative() }))
      .min(1)
      .optional(),
    /** Of language models: documents. */
    trainRows: z.int().nonnegative(),
    validationRows: z.int().nonnegative(),
    testRows: z.int().nonnegative(),
    seed: z.int(),
    /** In which most letters of the training texts are, ISO 15924: `Latn`, `Hani`. Absent: they have no letters. */
    script: z
      .string()
      .regex(/^[A-Z][a-z]{3}$/)
      .optional(),
    /** Of the training texts, ISO 639-1. Absent: not known. */
    language: z
      .string()
      .regex(/^[a-z]{2}$/)
      .optional(),
  }),
  files: z.array(manifestFileSchema),
};

const commonSchema = z.strictObject(common);

/** What a manifest of each task says. */
export type Manifests = {
  readonly [Task in TaskName]: { readonly task: Task } & z.output<typeof commonSchema> &
    z.output<(typeof TASKS)[Task]["manifest"]>;
};

/**
 * `modelwright.json`: what a model version is, where it comes from and how to call it.
 *
 * It lists every other file of the folder with its digest, so the folder can be checked before it is loaded.
 */
export type ModelManifest = Manifests[TaskName];

const [first, ...rest] = taskNames.map((task) =>
  z.strictObject({ ...common, task: z.literal(task), ...TASKS[task].manifest.shape }),
);
export const modelManifestSchema = z.discriminatedUnion("task", [
  first!,
  ...rest,
]) as unknown as z.ZodType<ModelManifest>;

type WithoutFiles<Manifest> = Manifest extends ModelManifest ? Omit<Manifest, "files"> : never;
/** A manifest before its files are known. */
export type ModelDescription<Manifest extends ModelManifest = ModelManifest> = WithoutFiles<Manifest>;

/** Manifests of one task. */
export type ManifestOf<Task extends TaskName> = Manifests[Task];

export function isOfTask<Task extends TaskName>(manifest: ModelManifest, task: Task): manifest is ManifestOf<Task> {
  return manifest.task === task;
}
