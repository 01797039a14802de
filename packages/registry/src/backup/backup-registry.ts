import { ModelwrightError } from "@modelwright/contracts";
import { registryPlace } from "../backends.ts";
import { openParts } from "../open-registry.ts";
import type { RegistryUrl } from "../registry-place.ts";
import { type Backup, backUp, type OnCopied } from "./back-up.ts";
import { type BackupContent, BackupFolder } from "./backup-folder.ts";
import type { OneVersion } from "./one-version.ts";
import { restore } from "./restore.ts";

/**
 * Copies a registry of any kind into a new folder, while others use it: records of one moment, and all files of versions and
 * artifacts, each compared with its digest. Nothing in the registry is changed, also not an older schema. What runs are working on, checkpoints above all, is left out.
 *
 * @param target Folder that does not exist yet. Until the end it is called `<target>.unfinished`; called again, a backup
 *   that was stopped keeps what it has copied.
 * @param options.only One version, with its run and the aliases that point at it, and nothing else. Default: everything.
 * @throws {ModelwrightError} `REGISTRY_MISSING`, `REGISTRY_SCHEMA_NEWER`, `REGISTRY_TARGET_EXISTS`,
 *   `REGISTRY_VERSION_CORRUPT`, `REGISTRY_ARTIFACT_CORRUPT`, `REGISTRY_RECORD_UNREADABLE`, and what `openRegistry` throws.
 */
export async function backUpRegistry(
  url: RegistryUrl,
  target: string,
  { only, onCopied }: { readonly only?: OneVersion; readonly onCopied?: OnCopied } = {},
): Promise<Backup> {
  const place = registryPlace(url);
  const { location } = place;
  if (!(await place.probe()).exists) throw new ModelwrightError("REGISTRY_MISSING", { location });
  return openParts(place, async (parts) => {
    const backup = await backUp(parts, { location, target, ...(only && { only }), ...(onCopied && { onCopied }) });
    await parts.database.close();
    return backup;
  });
}

/**
 * Fills a registry of any kind, which holds nothing or is not there yet, with what `backUpRegistry` wrote. All or nothing.
 *
 * @throws {ModelwrightError} `REGISTRY_BACKUP_INVALID`, `REGISTRY_NOT_EMPTY`, `REGISTRY_SCHEMA_NEWER`, `REGISTRY_READ_ONLY`,
 *   and what `openRegistry` throws.
 */
export async function restoreRegistry(
  folder: string,
  url: RegistryUrl,
  { onCopied }: { readonly onCopied?: OnCopied } = {},
): Promise<BackupContent> {
  const place = registryPlace(url);
  const { location } = place;
  const backup = new BackupFolder(folder);
  await backup.open();
  return openParts(place, async (parts) => {
    const content = await restore(parts, backup, { location, ...(onCopied && { onCopied }) });
    await parts.database.close();
    return content;
  });
}
