import { existsSync } from "node:fs";
import { mkdtemp, open, rm, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openRegistry } from "@modelwright/registry";
import { bytes } from "../../wording/quantities.ts";
import type { CheckContext, Finding } from "./finding.ts";

/** A version takes about 30 MiB, a checkpoint three times that. */
const ENOUGH_DISK = 2 ** 30;

/** Makes a registry beside the real one, and reads what was written; the real one is not touched. */
export async function checkRegistry({ registry }: CheckContext): Promise<Finding> {
  const parent = nearestFolder(registry);
  const scratch = await mkdtemp(join(parent, ".modelwright-doctor-")).catch((error: Error) => error);
  if (scratch instanceof Error) {
    return {
      check: "registry",
      verdict: "problem",
      detail: `${registry}: cannot write: ${scratch.message}`,
      remedy: "Name a folder that you may write to, with --registry or MODELWRIGHT_REGISTRY.",
      facts: { directory: registry, writable: false },
    };
  }
  try {
    const trial = await openRegistry(scratch);
    await trial.listModels();
    await trial.close();
    const sqlite = await sqliteVersion(join(scratch, "registry.db"));
    return {
      check: "registry",
      verdict: "ok",
      detail: `${registry}${existsSync(registry) ? "" : " (made by the first run)"}, written and read by SQLite ${sqlite}`,
      facts: { directory: registry, writable: true, exists: existsSync(registry), sqlite },
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

export async function checkDisk({ registry }: CheckContext): Promise<Finding> {
  const { bavail, bsize } = await statfs(nearestFolder(registry));
  const free = bavail * bsize;
  const enough = free >= ENOUGH_DISK;
  return {
    check: "disk",
    verdict: enough ? "ok" : "note",
    detail: `${bytes(free)} free at ${nearestFolder(registry)}`,
    ...(enough ? {} : { remedy: "Free some space: a run keeps about 150 MiB." }),
    facts: { freeBytes: free },
  };
}

/** The folder, or the nearest one above it that exists. */
function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}

/**
 * A database's header holds, at offset 96, the version number of the SQLite that last wrote it: 3045001 is 3.45.1.
 * @see https://www.sqlite.org/fileformat.html
 */
async function sqliteVersion(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 96);
    const number = buffer.readUInt32BE();
    return [Math.floor(number / 1e6), Math.floor(number / 1e3) % 1e3, number % 1e3].join(".");
  } finally {
    await file.close();
  }
}
