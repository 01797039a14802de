import {
  type ManifestFile,
  type ModelDescription,
  type ModelManifest,
  ModelwrightError,
  modelManifestSchema,
} from "@modelwright/contracts";

export interface ManifestIdentity {
  readonly name: string;
  readonly version: number;
  readonly runId: string;
}

/**
 * Completes a description with its files and checks it.
 * @throws {ModelwrightError} `REGISTRY_MANIFEST_INVALID`.
 */
export function completeManifest(
  identity: ManifestIdentity,
  description: ModelDescription,
  files: readonly ManifestFile[],
): ModelManifest {
  const { name, version } = identity;
  const refuse = (problem: string) => new ModelwrightError("REGISTRY_MANIFEST_INVALID", { name, version, problem });
  const result = modelManifestSchema.safeParse({ ...description, files });
  if (!result.success) {
    throw refuse(result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; "));
  }
  for (const key of ["name", "version", "runId"] as const) {
    const got = result.data[key];
    if (got !== identity[key]) throw refuse(`${key}: must be "${identity[key]}", got "${got}"`);
  }
  return result.data;
}

/** The text of `modelwright.json`. Its digest is kept in the record, as the manifest cannot list itself. */
export function manifestText(manifest: ModelManifest): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}
