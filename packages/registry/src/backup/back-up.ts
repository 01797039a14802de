import { existsSync } from "node:fs";
import { copyFile, readdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { digestFile } from "../files/digest.ts";
import type { FileStore } from "../files/file-store.ts";
import { makeDirectory, syncDirectory, syncFile } from "../files/sync.ts";
import { currentVersion, missingSteps } from "../migrations/migrate.ts";
import { RECORD_TABLES } from "../records/table-keys.ts";
import type { RegistryParts } from "../registry-place.ts";
import { exportFolder, refuseExisting } from "../versions/export-folder.ts";
import { compareFolder } from "../versions/folder-content.ts";
import {
  type BackedUpArtifact,
  type BackedUpVersion,
  type BackupContent,
  BackupFolder,
  type BackupSummary,
} from "./backup-folder.ts";
import { type OneVersion, rowsOfVersion } from "./one-version.ts";
import { pagesOf } from "./table-rows.ts";

/** A backup, and the absolute path of its folder. */
export interface Backup extends BackupContent {
  readonly folder: string;
}

/** Is told of each version and artifact that lies at its place. */
export type OnCopied = (copied: { readonly title: string; readonly done: number; readonly of: number }) => void;

/** One thing that is copied: a version, or an artifact. */
interface Item {
  /** Below the folder of the backup. */
  readonly path: string;
  readonly title: string;
  /** Does nothing where a whole copy lies already. */
  readonly copy: () => Promise<void>;
}

/**
 * Copies a registry into a new folder while others use it.
 *
 * The records are those of one moment. Until the end the folder is called `<target>.unfinished`; where one of an attempt
 * before stands, what is whole in it is kept.
 *
 * @throws {ModelwrightError} `REGISTRY_TARGET_EXISTS`, `REGISTRY_VERSION_CORRUPT`, `REGISTRY_ARTIFACT_CORRUPT`,
 *   `REGISTRY_RECORD_UNREADABLE`; then the unfinished folder stays.
 */
export async function backUp(
  parts: RegistryParts,
  {
    location,
    target,
    only,
    onCopied,
  }: {
    readonly location: string;
    readonly target: string;
    /** Default: everything. */
    readonly only?: OneVersion;
    readonly onCopied?: OnCopied;
  },
): Promise<Backup> {
  const folder = resolve(target);
  await refuseExisting(folder);
  // Refuses a newer schema, whose tables and files we may not know.
  await missingSteps(parts.database);
  const backup = new BackupFolder(`${folder}.unfinished`);
  await makeDirectory(backup.directory);
  let records = await copyRecords(parts, backup, only);
  let items = await itemsOf(parts, backup);
  const copied = new Set<string>();
  for (let failure = await copyAll(); failure !== undefined; failure = await copyAll()) {
    // What could not be copied may have been deleted since the records were read: what they say now decides.
    const { item, error } = failure;
    records = await copyRecords(parts, backup, only);
    items = await itemsOf(parts, backup);
    if (items.some(({ path }) => path === item.path)) throw error;
  }
  await removeOthers(backup, new Set(items.map(({ path }) => path)));
  await backup.finish({ ...records, registry: location });
  await refuseExisting(folder);
  await rename(backup.directory, folder);
  await syncDirectory(dirname(folder));
  return { folder, ...(await new BackupFolder(folder).content()) };

  async function copyAll(): Promise<{ readonly item: Item; readonly error: unknown } | undefined> {
    for (const item of items.filter(({ path }) => !copied.has(path))) {
      try {
        await item.copy();
      } catch (error) {
        return { item, error };
      }
      copied.add(item.path);
      onCopied?.({ title: item.title, done: copied.size, of: items.length });
    }
    return undefined;
  }
}

/** All records as they are now. */
function copyRecords(
  { database }: RegistryParts,
  backup: BackupFolder,
  only: OneVersion | undefined,
): Promise<Pick<BackupSummary, "createdAt" | "schema" | "tables">> {
  // A read may begin anew; the file of each table is then written anew as well.
  return database.read(async (kysely) => {
    const createdAt = new Date().toISOString();
    const tables: BackupSummary["tables"] = {};
    for (const table of RECORD_TABLES) {
      // An older schema lacks some.
      if (!(await database.dialect.hasTable(kysely, table))) continue;
      const filter = only === undefined ? {} : rowsOfVersion(only)[table];
      tables[table] = await backup.writeTable(table, filter === undefined ? none() : pagesOf(kysely, table, filter));
    }
    return { createdAt, schema: await currentVersion(kysely), tables };
  });
}

async function* none(): AsyncGenerator<never> {}

async function itemsOf({ files }: RegistryParts, backup: BackupFolder): Promise<Item[]> {
  return [
    ...(await backup.versions()).map((version) => versionItem(files, backup, version)),
    ...(await backup.artifacts()).map((artifact) => artifactItem(files, backup, artifact)),
  ];
}

function versionItem(files: FileStore, backup: BackupFolder, version: BackedUpVersion): Item {
  const { name, version: number, files: expected } = version;
  const path = backup.versionPath(version);
  return {
    path,
    title: `${name}:${number}`,
    async copy() {
      if (existsSync(path)) {
        if ((await compareFolder(path, expected)).length === 0) return;
        await rm(path, { recursive: true });
      }
      const problems = await exportFolder(await files.materialise(version), path, expected);
      if (problems.length === 0) return;
      const { location } = files;
      throw new ModelwrightError("REGISTRY_VERSION_CORRUPT", { name, version: number, location, problems });
    },
  };
}

function artifactItem(files: FileStore, backup: BackupFolder, { sha256 }: BackedUpArtifact): Item {
  const path = backup.artifactPath(sha256);
  return {
    path,
    title: `artifact ${sha256.slice(0, 8)}`,
    async copy() {
      if (existsSync(path) && (await digestFile(path)).sha256 === sha256) return;
      await makeDirectory(dirname(path));
      await copyFile(await files.openArtifact(sha256), path);
      await syncFile(path);
    },
  };
}

/** Removes what an attempt before has copied and no record speaks of any more. */
async function removeOthers({ directory }: BackupFolder, wanted: ReadonlySet<string>): Promise<void> {
  const listed = async (folder: string) => (await readdir(folder).catch(() => [])).map((name) => join(folder, name));
  const models = await listed(join(directory, "models"));
  const found = [...(await listed(join(directory, "artifacts"))), ...(await Promise.all(models.map(listed))).flat()];
  for (const path of found) if (!wanted.has(path)) await rm(path, { recursive: true });
}
