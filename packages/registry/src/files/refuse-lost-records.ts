import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";

/**
 * Refuses a folder that holds versions but no records of them: an empty database beside them would hide that they are lost.
 *
 * @param place.location Names the database.
 * @throws {ModelwrightError} `REGISTRY_RECORDS_MISSING`.
 */
export async function refuseLostRecords(place: {
  readonly location: string;
  readonly folder: string;
  readonly hasRecords: () => Promise<boolean>;
}): Promise<void> {
  const { location, folder, hasRecords } = place;
  if (await hasRecords()) return;
  const models = await readdir(join(folder, "models")).catch(() => []);
  // Another process may be making the registry this moment.
  if (models.length === 0 || (await hasRecords())) return;
  throw new ModelwrightError("REGISTRY_RECORDS_MISSING", { location, folder, models });
}
