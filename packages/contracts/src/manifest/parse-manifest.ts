import { z } from "zod";
import { type ModelManifest, modelManifestSchema } from "./model-manifest.ts";

/** A stored manifest, or the first thing that makes it unreadable. */
export type ParsedManifest =
  | { readonly success: true; readonly manifest: ModelManifest }
  | { readonly success: false; readonly field: string; readonly problem: string };

/**
 * Reads a manifest of each format, by number, as one of today's: the only place that knows formats.
 *
 * Versions are read for good. A change that stored ones would not survive gives new versions the next number; the row of
 * the number before then keeps the schema that it had, and what makes one of the new format out of it.
 */
const READERS: Readonly<Record<number, (value: unknown) => z.ZodSafeParseResult<ModelManifest>>> = {
  1: (value) => modelManifestSchema.safeParse(value),
};

const formatSchema = z.looseObject({ format: z.int() });

/**
 * Reads a stored manifest, of whatever format it is.
 *
 * @param value The parsed JSON of `modelwright.json`, or of a registry's record.
 */
export function parseManifest(value: unknown): ParsedManifest {
  const head = formatSchema.safeParse(value);
  if (!head.success) return unreadable(head.error);
  const { format } = head.data;
  const read = READERS[format];
  if (read === undefined) {
    const problem = `is ${format}; this Modelwright reads ${Object.keys(READERS).join(", ")}`;
    return { success: false, field: "format", problem };
  }
  const result = read(value);
  return result.success ? { success: true, manifest: result.data } : unreadable(result.error);
}

function unreadable({ issues }: z.ZodError): ParsedManifest {
  const [issue] = issues;
  return { success: false, field: issue?.path.join(".") || "(top level)", problem: issue?.message ?? "not a manifest" };
}
