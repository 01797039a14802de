import { randomBytes } from "node:crypto";
import { cp, lstat, mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import type { ExpectedFile, FileProblem } from "../files/file-store.ts";
import { syncDirectory } from "../files/sync.ts";
import { compareFolder, sealFolder } from "./folder-content.ts";

/**
 * Copies a version folder to a place that does not exist yet; what appears there is whole and checked.
 *
 * @param directory A folder with the files.
 * @param expected Every file, the manifest included.
 * @returns How the copy differs from what was registered; then nothing appears.
 * @throws {ModelwrightError} `REGISTRY_TARGET_EXISTS`.
 */
export async function exportFolder(
  directory: string,
  targetDirectory: string,
  expected: readonly ExpectedFile[],
): Promise<FileProblem[]> {
  const target = resolve(targetDirectory);
  await mkdir(dirname(target), { recursive: true });
  const unfinished = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}`);
  try {
    await cp(directory, unfinished, { recursive: true });
    const problems = await compareFolder(unfinished, expected);
    if (problems.length > 0) return problems;
    await sealFolder(unfinished);
    await refuseExisting(target);
    await rename(unfinished, target);
    await syncDirectory(dirname(target));
    return [];
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** @throws {ModelwrightError} `REGISTRY_TARGET_EXISTS`. */
export async function refuseExisting(targetDirectory: string): Promise<void> {
  const target = resolve(targetDirectory);
  const found = await lstat(target).catch(() => undefined);
  if (found !== undefined) throw new ModelwrightError("REGISTRY_TARGET_EXISTS", { target });
}
