import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DriftReference } from "@modelwright/contracts";
import { readDriftReference } from "@modelwright/data";
import type { Registry, VersionRecord } from "@modelwright/registry";
import { REFERENCE_FILE } from "./make-reference.ts";

/**
 * What a version's traffic is compared with: what was made afterwards, as an artifact of its run, otherwise what the
 * version was registered with. Undefined where there is neither.
 *
 * @param directory The version's folder.
 * @throws {ModelwrightError} `DATA_REFERENCE_UNREADABLE`.
 */
export async function findReference(
  registry: Registry,
  { runId, name, version }: VersionRecord,
  directory: string,
): Promise<DriftReference | undefined> {
  const artifact = (await registry.artifacts(runId)).find((each) => each.name === REFERENCE_FILE);
  if (artifact !== undefined) {
    const text = await readFile(await registry.openArtifact(artifact.sha256), "utf8");
    return readDriftReference(text, `${name}:${version}, ${REFERENCE_FILE}`);
  }
  const text = await readFile(join(directory, REFERENCE_FILE), "utf8").catch(() => undefined);
  return text === undefined ? undefined : readDriftReference(text, join(directory, REFERENCE_FILE));
}
