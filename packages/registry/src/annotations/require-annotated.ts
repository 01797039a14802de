import type { Kysely } from "kysely";
import { requireModel, requireVersion } from "../records/model-records.ts";
import { requireRun } from "../records/run-records.ts";
import type { Tables } from "../records/tables.ts";
import type { Annotated } from "./annotation-store.ts";

/**
 * Only that it is there: what cannot be read can be told about too.
 * @throws {ModelwrightError} `REGISTRY_RUN_UNKNOWN`, `REGISTRY_MODEL_UNKNOWN`, `REGISTRY_VERSION_UNKNOWN`.
 */
export function requireAnnotated(database: Kysely<Tables>, about: Annotated): Promise<void> {
  if ("run" in about) return requireRun(database, about.run);
  const { model: name, version } = about;
  return version === undefined ? requireModel(database, name) : requireVersion(database, { name, version });
}
