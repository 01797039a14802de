import { ModelwrightError } from "@modelwright/contracts";
import { tableVersion } from "@modelwright/data";
import type { Registry, RunStatus } from "@modelwright/registry";
import { dataSource } from "../inspection/data-source.ts";

/** A run that saw a version of data. */
export interface SeenBy {
  readonly runId: string;
  readonly experiment: string;
  readonly status: RunStatus;
  readonly at: string;
  /** Names of the sources that had these rows; none where all rows together, cleaned and divided, are meant. */
  readonly sources: readonly string[];
  /** What came of it: `tickets:3`. */
  readonly versions: readonly string[];
}

export interface DataLineage {
  /** The version of the data, or what was given of it. */
  readonly version: string;
  /** The newest first. */
  readonly runs: readonly SeenBy[];
}

/** At least as much of a version as is told from others by eye. */
const DIGEST = /^[0-9a-f]{8,64}$/;

/**
 * Which runs and versions saw some rows.
 *
 * @param data The first 8 or more digits of a version of data, as `runs show` and `data diff` print it, or a file: then its
 *   rows as they lie.
 * @throws {ModelwrightError} `DATA_…`, `RECIPE_…`.
 */
export async function dataLineage(registry: Registry, data: string): Promise<DataLineage> {
  const version = DIGEST.test(data) ? data : await versionOf(data);
  const made = await versionsByRun(registry);
  const runs = (await registry.listRuns()).flatMap(
    ({ id, experiment, status, createdAt, dataSha256, sources = [] }) => {
      const named = sources.filter((source) => source.version.startsWith(version)).map(({ name }) => name);
      if (named.length === 0 && dataSha256?.startsWith(version) !== true) return [];
      return [{ runId: id, experiment, status, at: createdAt, sources: named, versions: made.get(id) ?? [] }];
    },
  );
  return { version, runs };
}

async function versionOf(file: string): Promise<string> {
  try {
    return await tableVersion(await (await dataSource(file)).open());
  } catch (error) {
    if (!(error instanceof ModelwrightError) || error.code !== "DATA_SOURCE_NOT_FOUND") throw error;
    const rule = "a file, or the first 8 or more digits of a version of data";
    throw new ModelwrightError("CLI_OPTION_INVALID", { option: "--data", rule, got: file });
  }
}

/** Versions by the run that made them, archived ones too: `tickets:3`. */
export async function versionsByRun(registry: Registry): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const model of await registry.listModels()) {
    for (const { name, version, runId } of await registry.listVersions(model.name)) {
      found.set(runId, [...(found.get(runId) ?? []), `${name}:${version}`]);
    }
  }
  return found;
}
