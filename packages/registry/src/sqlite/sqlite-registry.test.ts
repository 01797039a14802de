import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach } from "vitest";
import { migrate } from "../migrations/migrate.ts";
import { openRegistry } from "../open-registry.ts";
import { SqlRegistry } from "../sql-registry.ts";
import { MemoryFileStore } from "../testing/memory-file-store.ts";
import { describeRecordDatabaseContract } from "../testing/record-database-contract.ts";
import { describeRegistryContract } from "../testing/registry-contract.ts";
import { SqliteDatabase } from "./sqlite-database.ts";

describeRegistryContract("SQLite in a folder", (directory) => openRegistry(directory), { inFolder: true });

/** The files of each registry, by its folder: every opening finds the same. */
const stores = new Map<string, MemoryFileStore>();
afterAll(async () => {
  for (const store of stores.values()) await store.close();
});

describeRegistryContract(
  "SQLite with files elsewhere",
  async (directory) => {
    await mkdir(directory, { recursive: true });
    const files = stores.get(directory) ?? (await MemoryFileStore.create());
    stores.set(directory, files);
    const database = await SqliteDatabase.open(join(directory, "registry.db"));
    await migrate(database);
    const registry = new SqlRegistry({ location: directory, url: directory, database, files });
    await registry.clean();
    return registry;
  },
  { inFolder: false },
);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "database-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describeRecordDatabaseContract("SQLite", () => SqliteDatabase.open(join(folder, "registry.db")));
