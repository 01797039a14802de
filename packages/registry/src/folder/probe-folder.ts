import { existsSync } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { migrate } from "../migrations/migrate.ts";
import type { RegistryProbe } from "../registry-place.ts";
import { SqliteDatabase } from "../sqlite/sqlite-database.ts";

/**
 * Makes a database beside the folder, and reads what was written.
 * @param name Of the database's file.
 * @throws {ModelwrightError} `REGISTRY_DIRECTORY_INVALID`, `REGISTRY_DATABASE_FAILED`.
 */
export async function probeFolder(directory: string, name: string): Promise<RegistryProbe> {
  const scratch = await mkdtemp(join(nearestFolder(directory), ".modelwright-trial-")).catch((cause: Error) => {
    const problem = `cannot be written: ${cause.message}`;
    throw new ModelwrightError("REGISTRY_DIRECTORY_INVALID", { directory, problem }, { cause });
  });
  try {
    const file = join(scratch, name);
    const trial = await SqliteDatabase.open(file);
    await migrate(trial).finally(() => trial.close());
    const database = { name: "SQLite", version: await sqliteVersion(file) };
    return { exists: existsSync(directory), isWritable: true, database };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The folder, or the nearest one above it that exists. */
function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}

/**
 * A database's header holds, at offset 96, the version number of the SQLite that last wrote it: 3045001 is 3.45.1.
 * @see https://www.sqlite.org/fileformat.html
 */
async function sqliteVersion(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 96);
    const number = buffer.readUInt32BE();
    return [Math.floor(number / 1e6), Math.floor(number / 1e3) % 1e3, number % 1e3].join(".");
  } finally {
    await file.close();
  }
}
