import { existsSync } from "node:fs";
import { mkdtemp, open, rm, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { openRegistry } from "@modelwright/registry";
import { bytes, counted } from "../../wording/quantities.ts";
import type { CheckContext, Finding } from "./finding.ts";

/** A version takes about 30 MiB, a checkpoint three times that. */
const ENOUGH_DISK = 2 ** 30;

/** Makes a registry beside the real one, and reads what was written; then reads all records of the real one. */
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
    const written = `written and read by SQLite ${sqlite}`;
    const facts = { directory: registry, writable: true, exists: existsSync(registry), sqlite };
    if (!existsSync(registry)) {
      return { check: "registry", verdict: "ok", detail: `${registry} (made by the first run), ${written}`, facts };
    }
    return { check: "registry", ...(await readRecords(registry, { written, facts })) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Reads every record of the real registry. */
async function readRecords(
  registry: string,
  { written, facts }: { readonly written: string; readonly facts: Finding["facts"] },
): Promise<Omit<Finding, "check">> {
  try {
    const open = await openRegistry(registry);
    try {
      const [models, runs, unreadable] = [await open.listModels(), await open.listRuns(), await open.unreadable()];
      const held = `${counted(models.length, "model")}, ${counted(runs.length, "run")}`;
      const counts = { ...facts, models: models.length, runs: runs.length, unreadable: unreadable.length };
      if (unreadable.length === 0) {
        return { verdict: "ok", detail: `${registry}: ${held}, ${written}`, facts: counts };
      }
      const lines = unreadable.map(({ record, field, problem }) => `${record}: ${field}: ${problem}`);
      return {
        verdict: "problem",
        detail: [
          `${registry}: ${held}, and ${counted(unreadable.length, "record")} that cannot be read:`,
          ...lines,
        ].join("\n"),
        remedy: "Use the newer Modelwright that wrote them, or put the registry back from a backup.",
        facts: counts,
      };
    } finally {
      await open.close();
    }
  } catch (error) {
    if (!(error instanceof ModelwrightError)) throw error;
    const [detail] = error.message.split(error.remedy);
    return {
      verdict: "problem",
      detail: detail!.trim(),
      remedy: error.remedy,
      facts: { ...facts, problem: error.code },
    };
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
