import { ModelwrightError } from "@modelwright/contracts";
import type { FilesPlace } from "./files-place.ts";

/**
 * Refuses files of versions of which there are no records: an empty database beside them would hide that they are lost.
 *
 * @param place.location Names the database.
 * @param place.files Where the files are, and the names of the models that have some there.
 * @throws {ModelwrightError} `REGISTRY_RECORDS_MISSING`.
 */
export async function refuseLostRecords(place: {
  readonly location: string;
  readonly files: Pick<FilesPlace, "location" | "models">;
  readonly hasRecords: () => Promise<boolean>;
}): Promise<void> {
  const { location, files, hasRecords } = place;
  if (await hasRecords()) return;
  const models = await files.models();
  // Another process may be making the registry this moment.
  if (models.length === 0 || (await hasRecords())) return;
  throw new ModelwrightError("REGISTRY_RECORDS_MISSING", { location, folder: files.location, models });
}
