import { ModelwrightError } from "@modelwright/contracts";
import type { Kysely } from "kysely";
import type { VersionKey } from "../files/file-store.ts";
import type { Tables } from "../records/tables.ts";
import { selectLast } from "./select-changes.ts";

/**
 * Keeps a version that traffic goes to from being taken away.
 * @throws {ModelwrightError} `REGISTRY_VERSION_IN_TRAFFIC`.
 */
export async function requireOutOfTraffic(
  database: Kysely<Tables>,
  { name, version }: VersionKey,
  change: "deleted" | "archived",
): Promise<void> {
  const last = await selectLast(database, name);
  // Of one that cannot be read nothing is known, and servers divide nothing by it.
  if (last === undefined || !("read" in last)) return;
  const { state, champion, challenger, kind } = last.read.policy;
  if (state !== "running" || (version !== champion && version !== challenger)) return;
  throw new ModelwrightError("REGISTRY_VERSION_IN_TRAFFIC", { name, version, kind, change });
}
