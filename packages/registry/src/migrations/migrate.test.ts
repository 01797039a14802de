import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { migrateRegistry, openRegistry } from "../open-registry.ts";
import { SqliteDatabase } from "../sqlite/sqlite-database.ts";
import { sampleRun } from "../testing/fixtures.ts";
import { migrate, migrations, missingSteps, type SchemaChange } from "./migrate.ts";
import type { Migration } from "./migration.ts";

let directory: string;
let database: SqliteDatabase;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "registry-"));
  database = await SqliteDatabase.open(join(directory, "registry.db"));
});

afterEach(async () => {
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

const applied = () =>
  database.read(async (kysely) =>
    (await kysely.selectFrom("schema_migrations").select("version").orderBy("version").execute()).map(
      ({ version }) => version,
    ),
  );

const note: Migration = {
  version: migrations.length + 1,
  name: "note",
  up: async (kysely) => {
    await kysely.schema.alterTable("runs").addColumn("note", "text").execute();
  },
};

test("steps are numbered 1, 2, 3 …", () => {
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
});

test("each step runs once", async () => {
  await migrate(database);
  await migrate(database);
  await migrate(database, [...migrations, note]);
  await migrate(database, [...migrations, note]);
  expect(await applied()).toEqual([...migrations, note].map(({ version }) => version));
});

test("a step that fails leaves the schema as it was", async () => {
  await migrate(database);
  const failing: Migration = {
    ...note,
    up: async (kysely, dialect) => {
      await note.up(kysely, dialect);
      throw new RangeError("half way");
    },
  };
  await expect(migrate(database, [...migrations, failing])).rejects.toThrow("half way");
  expect(await applied()).toEqual(migrations.map(({ version }) => version));
  const columns = await database.read((kysely) => sql<{ name: string }>`pragma table_info(runs)`.execute(kysely));
  expect(columns.rows.map(({ name }) => name)).not.toContain("note");
});

test("a run of the first schema is read, and written to, after the others", async () => {
  await migrate(database, migrations.slice(0, 1));
  const { recipe, recipeSha256, experiment, seed, environment } = sampleRun();
  await database.write((transaction) =>
    sql`insert into runs (id, experiment, status, recipe_json, recipe_sha256, seed, environment_json, created_at)
        values ('20261124-121530-ab12', ${experiment}, 'interrupted', ${JSON.stringify(recipe)}, ${recipeSha256}, ${seed},
          ${JSON.stringify(environment)}, '2026-11-24T12:15:30.000Z')`.execute(transaction),
  );
  const registry = await openRegistry(directory);
  expect(await registry.listRuns()).toMatchObject([{ id: "20261124-121530-ab12", recipe, environment, seed }]);
  expect(await registry.updateRun("20261124-121530-ab12", { status: "running" })).toMatchObject({ status: "running" });
  await registry.close();
});

test("before the first step of a database with records they are copied, and the copy opens by itself", async () => {
  await migrate(database, migrations.slice(0, 2));
  await database.write((transaction) =>
    transaction.insertInto("registered_models").values({ name: "mails", created_at: "", last_version: 1 }).execute(),
  );
  const changes: SchemaChange[] = [];
  const plan = { from: 2, to: migrations.length, steps: migrations.slice(2).map(({ name }) => name) };
  expect(await migrateRegistry(directory, { dryRun: true })).toEqual(plan);
  expect(await applied()).toEqual([1, 2]);
  const opened = await Promise.all(
    Array.from({ length: 3 }, () => openRegistry(directory, { onMigrated: (change) => changes.push(change) })),
  );
  for (const registry of opened) await registry.close();
  const copy = join(directory, "registry.db.before-3");
  expect(changes).toEqual([{ ...plan, copy }]);
  expect(await applied()).toEqual(migrations.map(({ version }) => version));
  expect((await readdir(directory)).filter((name) => name.includes("before"))).toEqual(["registry.db.before-3"]);
  await mkdir(join(directory, "restored"));
  await copyFile(copy, join(directory, "restored", "registry.db"));
  const restored = await SqliteDatabase.open(join(directory, "restored", "registry.db"));
  expect(await missingSteps(restored)).toEqual(plan);
  await restored.close();
  const registry = await openRegistry(join(directory, "restored"));
  expect(await registry.listModels()).toMatchObject([{ name: "mails" }]);
  await registry.close();
});

test("a new registry is made without a copy, and a trial of what would be done makes nothing", async () => {
  const folder = join(directory, "new");
  const plan = { from: 0, to: migrations.length, steps: migrations.map(({ name }) => name) };
  expect(await migrateRegistry(folder, { dryRun: true })).toEqual(plan);
  expect(existsSync(folder)).toBe(false);
  expect(await migrateRegistry(folder)).toEqual(plan);
  expect(await migrateRegistry(folder)).toEqual({ from: migrations.length, to: migrations.length, steps: [] });
  expect((await readdir(folder)).filter((name) => name.includes("before"))).toEqual([]);
});

test("where no copy can be made, nothing is changed", async () => {
  await migrate(database, migrations.slice(0, 2));
  await mkdir(join(directory, "registry.db.before-3"));
  await expect(openRegistry(directory)).rejects.toThrow();
  expect(await applied()).toEqual([1, 2]);
});

test("a newer schema is refused and left alone", async () => {
  await migrate(database, [...migrations, note]);
  await expect(openRegistry({ directory })).rejects.toMatchObject({
    code: "REGISTRY_SCHEMA_NEWER",
    details: { found: note.version, known: migrations.length },
  });
  expect(await applied()).toContain(note.version);
});

test("a file that is no database, or a folder that cannot be, is refused and left alone", async () => {
  const file = join(directory, "other", "registry.db");
  await mkdir(join(directory, "other"));
  await writeFile(file, "not a database\n".repeat(100));
  await expect(openRegistry({ directory: join(directory, "other") })).rejects.toMatchObject({
    code: "REGISTRY_DATABASE_FAILED",
  });
  expect(await readFile(file, "utf8")).toBe("not a database\n".repeat(100));
  await expect(openRegistry({ directory: file })).rejects.toMatchObject({ code: "REGISTRY_DIRECTORY_INVALID" });
});

test.skipIf(process.platform !== "linux")(
  "a folder in /proc, where none can be made, is refused (Linux only)",
  async () => {
    const options = { directory: "/proc/registry/of/runs" };
    await expect(openRegistry(options)).rejects.toMatchObject({ code: "REGISTRY_DIRECTORY_INVALID" });
  },
);

test("many openings of one new folder at once agree on it", async () => {
  const opened = Array.from({ length: 4 }, () => openRegistry({ directory: join(directory, "deep", "new", "folder") }));
  for (const registry of await Promise.all(opened)) await registry.close();
});

test("a closed registry is whole in registry.db alone", async () => {
  const source = join(directory, "source");
  const registry = await openRegistry({ directory: source });
  const { id } = await registry.createRun(sampleRun());
  await registry.close();
  await registry.close();
  await mkdir(join(directory, "copy"));
  await copyFile(join(source, "registry.db"), join(directory, "copy", "registry.db"));
  const copy = await openRegistry({ directory: join(directory, "copy") });
  expect((await copy.getRun(id)).id).toBe(id);
  await copy.close();
});
