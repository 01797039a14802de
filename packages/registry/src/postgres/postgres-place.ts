import { constants, existsSync } from "node:fs";
import { access, rmdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { LocalFileStore } from "../files/local-file-store.ts";
import { refuseLostRecords } from "../files/refuse-lost-records.ts";
import { makeDirectory } from "../files/sync.ts";
import type { Backend, RegistryParts, RegistryProbe } from "../registry-place.ts";
import { PostgresDatabase } from "./postgres-database.ts";
import { type PostgresUrl, parsePostgresUrl } from "./postgres-url.ts";

/** Records in a PostgreSQL database, files in a folder that all who use it reach; what a run works on stays on its machine. */
export const POSTGRES: Backend = {
  form: "postgres://<user>@<host>/<database>?files=/<folder>",
  place(text, fail) {
    const url = parsePostgresUrl(text, fail);
    const local = localFolder(url);
    return {
      location: url.location,
      folders: [url.files, local],
      migratesAtOpen: false,
      open: () => openPostgres(url, local),
      probe: () => probePostgres(url),
    };
  },
};

/** Of one registry on this machine: below `MODELWRIGHT_HOME`, otherwise `~/.cache/modelwright`. */
function localFolder({ id }: PostgresUrl): string {
  return join(process.env.MODELWRIGHT_HOME ?? join(homedir(), ".cache", "modelwright"), id);
}

async function openPostgres(url: PostgresUrl, local: string): Promise<RegistryParts> {
  const isReadOnly = await prepareFiles(url.files);
  const database = await PostgresDatabase.open(url, { isReadOnly });
  try {
    const hasRecords = () => database.read((kysely) => database.dialect.hasTable(kysely, "schema_migrations"));
    await refuseLostRecords({ location: url.location, folder: url.files, hasRecords });
    return { database, files: new LocalFileStore(url.files, { local }) };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** @returns Whether the folder can only be read. */
async function prepareFiles(directory: string): Promise<boolean> {
  const refuse = (problem: string, cause?: unknown) =>
    new ModelwrightError("REGISTRY_DIRECTORY_INVALID", { directory, problem }, { cause });
  try {
    await makeDirectory(directory);
  } catch (cause) {
    throw refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (existsSync(join(directory, "registry.db")))
    throw refuse("registry.db in it shows that it is a registry of its own");
  return access(directory, constants.W_OK).then(
    () => false,
    () => true,
  );
}

async function probePostgres(url: PostgresUrl): Promise<RegistryProbe> {
  const isThere = existsSync(url.files);
  const cannotWrite = await prepareFiles(url.files);
  if (!isThere) await rmdir(url.files);
  const database = await PostgresDatabase.open(url, { isReadOnly: cannotWrite });
  try {
    const exists = await database.read((kysely) => database.dialect.hasTable(kysely, "schema_migrations"));
    const { isReadOnly, version } = database;
    if (!exists && isReadOnly) throw new ModelwrightError("REGISTRY_READ_ONLY", { location: url.location });
    return { exists, isWritable: !isReadOnly, database: { name: "PostgreSQL", version } };
  } finally {
    await database.close();
  }
}
