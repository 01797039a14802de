import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type ManifestFile,
  type ModelDescription,
  type ModelManifest,
  ModelwrightError,
  modelManifestSchema,
} from "@modelwright/contracts";
import { type ContentDigest, digestBytes } from "../files/digest.ts";
import { syncDirectory, syncFile } from "../files/sync.ts";
import { MANIFEST_NAME } from "./folder-content.ts";

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

/** Writes texts into a folder, synced; a file of the same name is replaced. */
export async function writeDocuments(
  directory: string,
  documents: Readonly<Record<string, string>>,
): Promise<ManifestFile[]> {
  const written: ManifestFile[] = [];
  for (const [path, text] of Object.entries(documents)) {
    written.push({ path, ...(await replaceFile(join(directory, path), Buffer.from(text))) });
  }
  return written;
}

/** Writes the manifest into a folder, synced. Its digest is kept in the record, as the manifest cannot list itself. */
export async function writeManifest(directory: string, manifest: ModelManifest): Promise<ContentDigest> {
  const bytes = Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`);
  const digest = await replaceFile(join(directory, MANIFEST_NAME), bytes);
  await syncDirectory(directory);
  return digest;
}

async function replaceFile(path: string, bytes: Uint8Array): Promise<ContentDigest> {
  await rm(path, { force: true });
  await writeFile(path, bytes, { flag: "wx" });
  await syncFile(path);
  return digestBytes(bytes);
}
