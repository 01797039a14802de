import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";

/**
 * Refuses a folder that holds versions but no records of them: an empty database beside them would hide that they are lost.
 *
 * @throws {ModelwrightError} `REGISTRY_RECORDS_MISSING`.
 */
export async function refuseLostRecords(directory: string, file: string): Promise<void> {
  if (existsSync(file)) return;
  const models = await readdir(join(directory, "models")).catch(() => []);
  // Another process may be making the registry this moment.
  if (models.length === 0 || existsSync(file)) return;
  throw new ModelwrightError("REGISTRY_RECORDS_MISSING", { location: file, folder: directory, models });
}
