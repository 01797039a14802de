import { randomBytes } from "node:crypto";
import { cp, lstat, mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { syncDirectory } from "../files/sync.ts";
import { compareFolder, type ExpectedFile, sealFolder } from "./folder-content.ts";

/**
 * Copies a version folder to a place that does not exist yet; what appears there is whole and checked.
 *
 * @param expected Every file, the manifest included.
 * @returns How the copy differs from what was registered; then nothing appears.
 * @throws {ModelwrightError} `REGISTRY_TARGET_EXISTS`.
 */
export async function exportFolder(
  directory: string,
  targetDirectory: string,
  expected: readonly ExpectedFile[],
): Promise<{ file: string; problem: string }[]> {
  const target = resolve(targetDirectory);
  await refuseExisting(target);
  const damaged = await compareFolder(directory, expected);
  if (damaged.length > 0) return damaged;
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

async function refuseExisting(target: string): Promise<void> {
  const found = await lstat(target).catch(() => undefined);
  if (found !== undefined) throw new ModelwrightError("REGISTRY_TARGET_EXISTS", { target });
}
