import { z } from "zod";
import { measureSchema } from "../manifest/model-manifest.ts";
import { type FormatReaders, type ReadDocument, readFormat } from "../read-format.ts";

const count = z.int().min(0);
const missing = count.describe("Rows without a value.");

/** Rows of the lowest priorities, which are hashes of what names them: of two samples together those again. */
const sampleOf = <Value extends z.ZodType>(value: Value) =>
  z
    .strictObject({ priorities: z.array(z.number()), values: z.array(value) })
    .refine(({ priorities, values }) => priorities.length === values.length, {
      error: "has not a priority for each value",
    });

const numberSketch = z
  .strictObject({
    kind: z.literal("number"),
    /** Ascending; the intervals at both ends are open. */
    edges: z.array(z.number()),
    /** Of the intervals between the edges, each with its upper edge. */
    counts: z.array(count),
    missing,
    sample: sampleOf(z.number()),
  })
  .refine(({ edges, counts }) => counts.length === edges.length + 1, { error: "has not one count more than edges" })
  .refine(({ edges }) => edges.every((edge, i) => i === 0 || edge > edges[i - 1]!), {
    error: "has edges that do not ascend",
  });

const categorySketch = z.strictObject({
  kind: z.literal("category"),
  /** Pairs, since a category may have any name. */
  counts: z.array(z.tuple([z.string(), count])),
  /** Rows of categories that are not named. */
  other: count,
  /** Some of these categories, those of most rows first: for a reader, and not compared. Absent: there are none. */
  unnamed: z.array(z.tuple([z.string(), count])).optional(),
  missing,
});

const vectorSketch = z
  .strictObject({
    kind: z.literal("vector"),
    rows: count,
    /** Of all rows; empty of none. */
    mean: z.array(z.number()),
    missing,
    sample: sampleOf(z.array(z.number())),
  })
  .refine(({ mean, sample }) => sample.values.every(({ length }) => length === mean.length), {
    error: "has vectors of another width than their mean",
  });

const sketchSchema = z.discriminatedUnion("kind", [numberSketch, categorySketch, vectorSketch]);

/** What a column of some rows is like, small whatever the rows; sketches of parts make that of the whole. */
export type Sketch = z.infer<typeof sketchSchema>;
export type SketchKind = Sketch["kind"];
export type SketchOf<Kind extends SketchKind> = Extract<Sketch, { readonly kind: Kind }>;

const thresholdSchema = z.strictObject({
  /** A distance below it is steady. */
  steady: z.number().min(0),
  /** One from it on has drifted, if chance does not explain it. */
  drifted: z.number().min(0),
});
export type DriftThreshold = z.infer<typeof thresholdSchema>;

/** What of a prediction is watched: what was asked, what was answered, and how sure of it the model was. */
export const DRIFT_PARTS = ["input", "output", "confidence"] as const;
export type DriftPart = (typeof DRIFT_PARTS)[number];

const referenceSchema = z.strictObject({
  format: z.literal(1),
  /** What the rows were: `test rows`, or the name of a file. */
  origin: z.string().min(1),
  rows: count,
  /** Rows of the windows by which the thresholds were learnt. */
  windowRows: z.int().min(1),
  columns: z.record(
    z.string(),
    z.strictObject({ part: z.enum(DRIFT_PARTS), sketch: sketchSchema, threshold: thresholdSchema }),
  ),
  /** What the same rows say of quality without labels, by metric. Absent: such rows do not tell it. */
  estimated: z.record(z.string(), measureSchema).optional(),
});

/** What windows of traffic are compared with: `reference.json` beside a version. */
export type DriftReference = z.infer<typeof referenceSchema>;

/** As of manifests: a row per format that is read. */
const READERS: FormatReaders<DriftReference> = {
  1: (value) => referenceSchema.safeParse(value),
};

/** @param value The parsed JSON of `reference.json`, of whatever format it is. */
export function parseDriftReference(value: unknown): ReadDocument<DriftReference> {
  return readFormat(value, { readers: READERS, kind: "a reference of traffic" });
}
