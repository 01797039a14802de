import { type FormatReaders, type ReadDocument, readFormat } from "../read-format.ts";
import { type ModelManifest, modelManifestSchema } from "./model-manifest.ts";

/**
 * Reads a manifest of each format, by number, as one of today's: the only place that knows formats.
 *
 * Versions are read for good. A change that stored ones would not survive gives new versions the next number; the row of
 * the number before then keeps the schema that it had, and what makes one of the new format out of it.
 */
const READERS: FormatReaders<ModelManifest> = {
  1: (value) => modelManifestSchema.safeParse(value),
};

/**
 * Reads a stored manifest, of whatever format it is.
 *
 * @param value The parsed JSON of `modelwright.json`, or of a registry's record.
 */
export function parseManifest(value: unknown): ReadDocument<ModelManifest> {
  return readFormat(value, { readers: READERS, kind: "a manifest" });
}
