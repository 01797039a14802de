import { type DriftReference, ModelwrightError } from "@modelwright/contracts";
import { loadVersionOf } from "@modelwright/inference";
import type { Registry, VersionRecord } from "@modelwright/registry";
import { trainedReading } from "../pipeline/trained-reading.ts";
import { makeReference, REFERENCE_FILE } from "./make-reference.ts";

export interface KeepReferenceOptions {
  /** A file of labelled rows, as `evaluate` reads it. */
  readonly source: string;
  /** By role. Default: those that the version was trained with. */
  readonly columns?: Readonly<Record<string, string>>;
  readonly encoding?: string | undefined;
}

/**
 * Gives a version something to compare its traffic with, in place of what it has: for versions that were made without,
 * or where what comes in has changed for good. A version never changes, so it is kept with the version's run.
 *
 * @throws {ModelwrightError} `MONITOR_REFERENCE_MISSING`, `DATA_…`, `REGISTRY_…`.
 */
export async function keepReference(
  registry: Registry,
  reference: string,
  { source, columns = {}, encoding }: KeepReferenceOptions,
): Promise<{ readonly version: VersionRecord; readonly reference: DriftReference }> {
  const version = await registry.resolve(reference);
  const { manifest, runId, name } = version;
  // Only here: the stages load all that training needs.
  const { STAGES } = await import("../tasks/tasks.ts");
  const task = STAGES[manifest.task];
  const model = `${name}:${version.version}`;
  if ("unwatched" in task.monitoring) {
    throw new ModelwrightError("MONITOR_REFERENCE_MISSING", { model, because: task.monitoring.unwatched });
  }
  await registry.verifyVersion(version);
  const directory = await registry.materialise(version);
  const trained = await trainedReading(directory);
  const { split } = await task.evaluationRows(manifest, { source, columns, encoding, trained });
  const loaded = await loadVersionOf(manifest.task, directory);
  const made = await makeReference(task, { model: loaded, directory, split, origin: source, seed: 0 }).finally(() =>
    loaded.release(),
  );
  if (made === undefined) throw new ModelwrightError("EVALUATION_EMPTY", { what: source });
  await registry.addArtifact(runId, REFERENCE_FILE, Buffer.from(JSON.stringify(made)));
  return { version, reference: made };
}
