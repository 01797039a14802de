import { homedir } from "node:os";
import { join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { refuseLostRecords } from "../files/refuse-lost-records.ts";
import type { Backend, RegistryParts, RegistryProbe } from "../registry-place.ts";
import { PostgresDatabase } from "./postgres-database.ts";
import { type PostgresUrl, parsePostgresUrl } from "./postgres-url.ts";

/** Records in a PostgreSQL database, files where all who use it reach them; what a run works on stays on its machine. */
export const POSTGRES: Backend = {
  form: "postgres://<user>@<host>/<database>?files=/<folder> or ?files=s3://<bucket>/<prefix>",
  place(text, fail) {
    const url = parsePostgresUrl(text, fail);
    const local = localFolder(url);
    return {
      location: url.location,
      folders: [...url.files.folders, local],
      migratesAtOpen: false,
      cleansAtOpen: url.files.cleansAtOpen,
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
  const { files, location } = url;
  const { isReadOnly } = await files.prepare();
  const database = await PostgresDatabase.open(url, { isReadOnly });
  try {
    const hasRecords = () => database.read((kysely) => database.dialect.hasTable(kysely, "schema_migrations"));
    await refuseLostRecords({ location, files, hasRecords });
    return { database, files: files.store(local) };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function probePostgres({ files, ...url }: PostgresUrl): Promise<RegistryProbe> {
  const { isWritable } = await files.probe();
  const database = await PostgresDatabase.open({ files, ...url }, { isReadOnly: !isWritable });
  try {
    const exists = await database.read((kysely) => database.dialect.hasTable(kysely, "schema_migrations"));
    const { isReadOnly, version } = database;
    if (!exists && isReadOnly) throw new ModelwrightError("REGISTRY_READ_ONLY", { location: url.location });
    return { exists, isWritable: !isReadOnly, database: { name: "PostgreSQL", version } };
  } finally {
    await database.close();
  }
}
