import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { type ManifestFile, ModelwrightError } from "@modelwright/contracts";
import { digestFile } from "../files/digest.ts";
import type { ExpectedFile, FileProblem } from "../files/file-store.ts";
import { syncDirectory, syncFile } from "../files/sync.ts";

/** The manifest's file name; it lists all other files of its folder. */
export const MANIFEST_NAME = "modelwright.json";

interface FolderEntry {
  /** Relative, with `/`. */
  readonly path: string;
  readonly kind: "file" | "directory" | "other";
}

/** Everything below a folder, in the order of code units, so the same on every machine. */
async function listFolder(directory: string): Promise<FolderEntry[]> {
  const entries: FolderEntry[] = [];
  async function visit(prefix: string): Promise<void> {
    for (const entry of await readdir(join(directory, prefix), { withFileTypes: true })) {
      const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
      entries.push({ path, kind: entry.isFile() ? "file" : entry.isDirectory() ? "directory" : "other" });
      if (entry.isDirectory()) await visit(path);
    }
  }
  await visit("");
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Hashes and syncs every file of a staging folder, but for an earlier manifest.
 * @throws {ModelwrightError} `REGISTRY_STAGING_INVALID` when it is missing, empty, or holds links or special files.
 */
export async function sealFolder(directory: string): Promise<ManifestFile[]> {
  const stats = await lstat(directory).catch(() => undefined);
  const refuse = (problem: string) => new ModelwrightError("REGISTRY_STAGING_INVALID", { directory, problem });
  if (stats === undefined) throw refuse("no such folder");
  if (!stats.isDirectory()) throw refuse("it is not a folder");
  const entries = (await listFolder(directory)).filter(({ path }) => path !== MANIFEST_NAME);
  const other = entries.find(({ kind }) => kind === "other");
  if (other !== undefined) throw refuse(`${other.path} is neither a regular file nor a folder`);
  const files: ManifestFile[] = [];
  for (const { path, kind } of entries) {
    if (kind === "directory") {
      await syncDirectory(join(directory, path));
    } else {
      await syncFile(join(directory, path));
      files.push({ path, ...(await digestFile(join(directory, path))) });
    }
  }
  if (files.length === 0) throw refuse("it holds no file");
  return files;
}

/** How a folder differs from what its manifest lists; empty when it does not. */
export async function compareFolder(directory: string, expected: readonly ExpectedFile[]): Promise<FileProblem[]> {
  const stats = await lstat(directory).catch(() => undefined);
  if (!stats?.isDirectory()) return [{ file: ".", problem: "is missing" }];
  const entries = (await listFolder(directory)).filter(({ kind }) => kind !== "directory");
  const found = new Map(entries.map((entry) => [entry.path, entry.kind]));
  const problems: FileProblem[] = [];
  for (const { path, sha256, sizeBytes } of expected) {
    const kind = found.get(path);
    found.delete(path);
    if (kind === undefined) problems.push({ file: path, problem: "is missing" });
    else if (kind === "other") problems.push({ file: path, problem: "is not a regular file" });
    else {
      const digest = await digestFile(join(directory, path));
      if (sizeBytes !== undefined && digest.sizeBytes !== sizeBytes) {
        problems.push({ file: path, problem: `has ${digest.sizeBytes} bytes, registered with ${sizeBytes}` });
      } else if (digest.sha256 !== sha256) {
        problems.push({ file: path, problem: `has SHA-256 ${digest.sha256}, registered with ${sha256}` });
      }
    }
  }
  for (const path of found.keys()) problems.push({ file: path, problem: "was not registered" });
  return problems;
}
