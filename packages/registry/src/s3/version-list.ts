import { type ManifestFile, ModelwrightError } from "@modelwright/contracts";
import { z } from "zod";
import type { VersionKey } from "../files/file-store.ts";

const listSchema = z.object({
  format: z.literal(1),
  files: z.array(
    z.object({
      path: z.string().regex(/^(?![/\\])(?!(?:.*[/\\])?\.{1,2}(?:[/\\]|$))[^\0]+$/),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      sizeBytes: z.int().nonnegative(),
    }),
  ),
});

/** Which content the files of a version have. Written last: a version with a list is whole. */
export function listText(files: readonly ManifestFile[]): string {
  const plain = files.map(({ path, sha256, sizeBytes }) => ({ path, sha256, sizeBytes }));
  return `${JSON.stringify({ format: 1, files: plain }, undefined, 2)}\n`;
}

/** @throws {ModelwrightError} `REGISTRY_VERSION_CORRUPT`. */
export function parseList(text: string, at: VersionKey & { readonly location: string }): readonly ManifestFile[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    // The schema says what is wrong with nothing.
  }
  const parsed = listSchema.safeParse(document);
  if (parsed.success) return parsed.data.files;
  const problems = [{ file: "the list of its files", problem: "cannot be read" }];
  const { name, version, location } = at;
  throw new ModelwrightError(
    "REGISTRY_VERSION_CORRUPT",
    { name, version, location, problems },
    { cause: parsed.error },
  );
}
