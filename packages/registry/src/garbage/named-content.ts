import { ModelwrightError } from "@modelwright/contracts";
import type { Kysely } from "kysely";
import { z } from "zod";
import type { VersionKey } from "../files/file-store.ts";
import { fromJson } from "../records/json.ts";
import type { Tables } from "../records/tables.ts";

const manifestSchema = z.object({ files: z.array(z.object({ sha256: z.string() })) });

/** What records name. */
export interface Named {
  readonly isNamed: (sha256: string) => boolean;
  readonly hasRecord: (key: VersionKey) => boolean;
}

/**
 * Every content that a version or a run names.
 * @throws {ModelwrightError} `REGISTRY_RECORD_UNREADABLE`: what one record names, nothing else tells.
 */
export async function namedContent(database: Kysely<Tables>): Promise<Named> {
  const versions = await database
    .selectFrom("model_versions")
    .select(["model", "version", "manifest_json", "manifest_sha256"])
    .execute();
  const digests = new Set<string>();
  for (const { model, version, manifest_json: text, manifest_sha256: sha256 } of versions) {
    const parsed = manifestSchema.safeParse(jsonOf(text));
    if (!parsed.success) {
      throw new ModelwrightError("REGISTRY_RECORD_UNREADABLE", {
        record: `version ${model}:${version}`,
        field: "manifest.files",
        problem: "is no list of files with their digests",
      });
    }
    digests.add(sha256);
    for (const file of parsed.data.files) digests.add(file.sha256);
  }
  const artifacts = await database.selectFrom("run_artifacts").select("sha256").distinct().execute();
  for (const { sha256 } of artifacts) digests.add(sha256);
  const keys = new Set(versions.map(({ model, version }) => `${model}/${version}`));
  return {
    isNamed: (sha256) => digests.has(sha256),
    hasRecord: ({ name, version }) => keys.has(`${name}/${version}`),
  };
}

function jsonOf(text: string): unknown {
  try {
    return fromJson(text);
  } catch {
    return undefined;
  }
}
