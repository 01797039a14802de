import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import type { Kysely } from "kysely";
import type { FileStore, SealedFolder, VersionKey } from "../files/file-store.ts";
import { migrate, migrations, missingSteps } from "../migrations/migrate.ts";
import { hasVersion } from "../records/model-records.ts";
import type { RecordDatabase } from "../records/record-database.ts";
import { RECORD_TABLES } from "../records/table-keys.ts";
import type { Tables } from "../records/tables.ts";
import type { RegistryParts } from "../registry-place.ts";
import { exportFolder } from "../versions/export-folder.ts";
import { MANIFEST_NAME } from "../versions/folder-content.ts";
import type { OnCopied } from "./back-up.ts";
import type { BackupContent, BackupFolder, BackupSummary } from "./backup-folder.ts";
import { firstFilled, insertRows } from "./table-rows.ts";

/** Where versions lie until their records are there: a folder of the kind that runs have, whose ids are never so short. */
const STAGING = "restore";

interface SealedVersion {
  readonly key: VersionKey;
  readonly folder: SealedFolder;
}

/**
 * Fills a registry that holds nothing with what a backup holds, every file compared with its digest. All or nothing: a
 * process killed inside leaves a registry that still holds nothing.
 *
 * @param options.location Of the registry, for errors.
 * @throws {ModelwrightError} `REGISTRY_BACKUP_INVALID`, `REGISTRY_NOT_EMPTY`, `REGISTRY_SCHEMA_NEWER`.
 */
export async function restore(
  { database, files }: RegistryParts,
  backup: BackupFolder,
  { location, onCopied }: { readonly location: string; readonly onCopied?: OnCopied },
): Promise<BackupContent> {
  const content = await backup.content();
  const tables = RECORD_TABLES.filter((table) => content.summary.tables[table] !== undefined);
  const refuseFilled = async (kysely: Kysely<Tables>) => {
    const filled = await firstFilled(kysely, tables);
    if (filled !== undefined) throw notEmpty(location, `its table ${filled} has rows`);
  };
  await prepareTables(database, content.summary, location);
  await database.read(refuseFilled);
  // Of an attempt before that was killed.
  await database.write((transaction) => files.clean((key) => hasVersion(transaction, key)));

  let done = 0;
  const tell = (title: string) => onCopied?.({ title, done: ++done, of: content.versions + content.artifacts });
  await putArtifacts(files, backup, tell);
  await files.removeWorkFolder(STAGING);
  const staging = await files.workFolder(STAGING);
  const sealed = await sealVersions(files, backup, { staging, tell });
  try {
    await database.write(async (transaction) => {
      await refuseFilled(transaction);
      for (const table of tables) await insertRows(transaction, table, backup.rows(table));
      const placed: SealedVersion[] = [];
      try {
        for (const version of sealed) {
          placed.push(version);
          await version.folder.place(version.key);
        }
      } catch (error) {
        for (const { folder, key } of placed) await folder.withdraw(key);
        throw error;
      }
    });
    for (const { key, folder } of sealed) {
      await files.settle(key);
      await folder.release("registered");
    }
  } catch (error) {
    for (const { folder } of sealed) await folder.release("refused");
    throw error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  await migrate(database);
  return content;
}

type Tell = (title: string) => void;

async function putArtifacts(files: FileStore, backup: BackupFolder, tell: Tell): Promise<void> {
  for (const { sha256 } of await backup.artifacts()) {
    const [path, title] = [backup.artifactPath(sha256), `artifact ${sha256.slice(0, 8)}`];
    if (!existsSync(path)) throw backup.invalid(`artifacts/${sha256} is missing`);
    const found = await files.putArtifact(title, path);
    if (found.sha256 !== sha256) throw backup.invalid(`artifacts/${sha256} has SHA-256 ${found.sha256}`);
    tell(title);
  }
}

/** Copies the versions of a backup to where the store takes them from. */
async function sealVersions(
  files: FileStore,
  backup: BackupFolder,
  { staging, tell }: { readonly staging: string; readonly tell: Tell },
): Promise<SealedVersion[]> {
  const sealed: SealedVersion[] = [];
  for (const { name, version, files: expected } of await backup.versions()) {
    const [source, copy] = [backup.versionPath({ name, version }), join(staging, name, String(version))];
    const where = `models/${name}/${version}`;
    if (!existsSync(source)) throw backup.invalid(`${where} is missing`);
    const [problem] = await exportFolder(source, copy, expected);
    if (problem !== undefined) throw backup.invalid(`${where}: ${problem.file} ${problem.problem}`);
    const folder = await files.seal(copy);
    // A store that does not take the folder as it is would lack the manifest, which sealing leaves out.
    await folder.write(MANIFEST_NAME, await readFile(join(source, MANIFEST_NAME)));
    sealed.push({ key: { name, version }, folder });
    tell(`${name}:${version}`);
  }
  return sealed;
}

/** Makes the tables as they were where the backup comes from; the steps since then follow when the rows are there. */
async function prepareTables(database: RecordDatabase, { schema }: BackupSummary, location: string): Promise<void> {
  const known = migrations.at(-1)!.version;
  if (schema > known)
    throw new ModelwrightError("REGISTRY_SCHEMA_NEWER", { location: "the backup", found: schema, known });
  const { from } = await missingSteps(database);
  if (from === 0)
    await migrate(
      database,
      migrations.filter(({ version }) => version <= schema),
    );
  else if (from !== schema) throw notEmpty(location, `its tables have schema ${from}, those of the backup ${schema}`);
}

function notEmpty(location: string, problem: string): ModelwrightError {
  return new ModelwrightError("REGISTRY_NOT_EMPTY", { location, problem });
}
