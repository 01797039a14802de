import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { openRegistry, registryPlace } from "@modelwright/registry";
import { bytes, counted } from "../../wording/quantities.ts";
import type { CheckContext, Finding } from "./finding.ts";

/** A version takes about 30 MiB, a checkpoint three times that. */
const ENOUGH_DISK = 2 ** 30;

/** Tries the place of the registry; then reads all records of one that is there. */
export async function checkRegistry({ registry }: CheckContext): Promise<Finding> {
  const check = "registry";
  let known: Finding["facts"] = {};
  try {
    const place = registryPlace(registry);
    const { location } = place;
    known = { location };
    const { exists, isWritable, database } = await place.probe();
    const { name, version } = database;
    const facts = { location, writable: isWritable, exists, [name.toLowerCase()]: version };
    const kept = `kept by ${name} ${version}${isWritable ? "" : ", which may only be read"}`;
    if (!exists) return { check, verdict: "ok", detail: `${location} (made by the first run), ${kept}`, facts };
    return { check, ...(await readRecords(registry, { kept, location, facts })) };
  } catch (error) {
    return { check, ...problem(error, known) };
  }
}

/** Reads every record of the real registry. */
async function readRecords(
  registry: string,
  about: { readonly kept: string; readonly location: string; readonly facts: Finding["facts"] },
): Promise<Omit<Finding, "check">> {
  const { kept, location, facts } = about;
  try {
    const open = await openRegistry(registry);
    try {
      const [models, runs, unreadable] = [await open.listModels(), await open.listRuns(), await open.unreadable()];
      const held = `${counted(models.length, "model")}, ${counted(runs.length, "run")}`;
      const counts = { ...facts, models: models.length, runs: runs.length, unreadable: unreadable.length };
      if (unreadable.length === 0) {
        return { verdict: "ok", detail: `${location}: ${held}, ${kept}`, facts: counts };
      }
      const lines = unreadable.map(({ record, field, problem }) => `${record}: ${field}: ${problem}`);
      return {
        verdict: "problem",
        detail: [
          `${location}: ${held}, and ${counted(unreadable.length, "record")} that cannot be read:`,
          ...lines,
        ].join("\n"),
        remedy: "Use the newer Modelwright that wrote them, or put the registry back from a backup.",
        facts: counts,
      };
    } finally {
      await open.close();
    }
  } catch (error) {
    return problem(error, facts);
  }
}

/** An error of ours as a finding. */
function problem(error: unknown, facts: Finding["facts"]): Omit<Finding, "check"> {
  if (!(error instanceof ModelwrightError)) throw error;
  const { problem: detail, remedy, code } = error;
  return { verdict: "problem", detail, remedy, facts: { ...facts, problem: code } };
}

export async function checkDisk({ registry }: CheckContext): Promise<Finding> {
  const folders = [...new Set(registryPlace(registry).folders.map(nearestFolder))];
  const disks = await Promise.all(
    folders.map(async (folder) => {
      const { bavail, bsize } = await statfs(folder);
      return { folder, free: bavail * bsize };
    }),
  );
  const free = Math.min(...disks.map((disk) => disk.free));
  const enough = free >= ENOUGH_DISK;
  return {
    check: "disk",
    verdict: enough ? "ok" : "note",
    detail: disks.map((disk) => `${bytes(disk.free)} free at ${disk.folder}`).join(", "),
    ...(enough ? {} : { remedy: "Free some space: a run keeps about 150 MiB." }),
    facts: { freeBytes: free },
  };
}

/** The folder, or the nearest one above it that exists. */
function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}
