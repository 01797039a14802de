import { existsSync } from "node:fs";
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { migrate, migrations } from "../migrations/migrate.ts";
import { openRegistry } from "../open-registry.ts";
import type { Registry } from "../registry.ts";
import { SqliteDatabase } from "../sqlite/sqlite-database.ts";
import { describePostgres } from "../testing/describe-postgres.ts";
import { registerSample, sampleRun } from "../testing/fixtures.ts";
import { backUpRegistry, restoreRegistry } from "./backup-registry.ts";

let directory: string;
let registry: Registry;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "backup-"));
  registry = await openRegistry(join(directory, "registry"));
});
afterEach(async () => {
  await registry.close();
  await rm(directory, { recursive: true, force: true });
});

const at = (...path: string[]) => join(directory, ...path);

/** Something of every kind, in a registry of any kind. */
async function fill(filled: Registry): Promise<void> {
  const { id } = await filled.createRun(sampleRun());
  await filled.appendMetrics(id, [
    { step: 1, name: "loss", value: 0.1 + 0.2, at: "2026-11-28T00:00:00.000Z" },
    { step: 2, name: "loss", value: Number.NaN, at: "2026-11-28T00:00:01.000Z" },
    { step: 3, name: "loss", value: Number.POSITIVE_INFINITY, at: "2026-11-28T00:00:02.000Z" },
  ]);
  await filled.addArtifact(id, "plots/roc.svg", Buffer.from("<svg/>"));
  await filled.addArtifact(id, "again.svg", Buffer.from("<svg/>"));
  for (const name of ["mails", "mails", "mails", "tickets"]) await registerSample(filled, { name, runId: id });
  await filled.setAlias("mails", "champion", 1, "first");
  await filled.setAlias("mails", "champion", 3, "更好");
  await filled.deleteVersion("mails", 2);
  await filled.stores.annotations.tag({ run: id }, { 团队: "客服" });
  await filled.stores.annotations.note({ model: "mails", version: 3 }, { text: "# 更好", by: "安娜" });
  await filled.stores.archive.put({ model: "tickets" }, { by: "安娜", reason: "nobody uses it" });
  await filled.finishRun(id, {
    status: "failed",
    error: { code: "LOST", message: 'a "quoted"\nline\u2028of\u2029several\rkinds' },
    metrics: { f1: { value: 0.5 } },
  });
}

/** All that a registry tells of itself. */
async function state(told: Registry): Promise<unknown> {
  const runs = await told.listRuns();
  const models = await told.listModels();
  const versions = (await Promise.all(models.map(({ name }) => told.listVersions(name)))).flat();
  for (const version of versions) await told.verifyVersion(version);
  const artifacts = (await Promise.all(runs.map(({ id }) => told.artifacts(id)))).flat();
  return {
    runs,
    models,
    versions,
    artifacts,
    metrics: await Promise.all(runs.map(({ id }) => told.metrics(id))),
    history: await told.aliasHistory("mails", "champion"),
    tags: await told.stores.annotations.tagged("run"),
    notes: await told.stores.annotations.notes({ model: "mails", version: 3 }),
    contents: await Promise.all(artifacts.map(async ({ sha256 }) => readFile(await told.openArtifact(sha256), "utf8"))),
  };
}

async function reopened<T>(place: string, use: (opened: Registry) => Promise<T>): Promise<T> {
  const opened = await openRegistry(place);
  try {
    return await use(opened);
  } finally {
    await opened.close();
  }
}

test("restored after it was deleted, a registry is what it was, and goes on", async () => {
  await fill(registry);
  const before = await state(registry);
  const told: string[] = [];
  const backup = await backUpRegistry(at("registry"), at("backup"), { onCopied: ({ title }) => told.push(title) });
  expect(backup).toMatchObject({ folder: at("backup"), versions: 3, artifacts: 1 });
  // On newer versions of Node.js a reader of lines would take these for their ends.
  expect(await readFile(at("backup", "records", "runs.jsonl"), "utf8")).not.toMatch(/[\u2028\u2029]/);
  expect(told.map((title) => title.replace(/ .*/, ""))).toEqual(["mails:1", "mails:3", "tickets:1", "artifact"]);
  await registry.close();
  await rm(at("registry"), { recursive: true });
  expect(await restoreRegistry(at("backup"), at("registry"))).toMatchObject({ versions: 3, artifacts: 1 });
  registry = await openRegistry(at("registry"));
  expect(await state(registry)).toEqual(before);
  expect(await readdir(at("registry", "runs"))).toEqual([]);
  const [run] = await registry.listRuns();
  expect((await registerSample(registry, { name: "mails", runId: run!.id })).version).toBe(4);
  expect((await registry.rollback("mails", "champion")).version).toBe(1);
});

test("an empty registry comes back, and one of many curves to the last point", async () => {
  await backUpRegistry(at("registry"), at("empty"));
  expect(await restoreRegistry(at("empty"), at("other"))).toMatchObject({ versions: 0, artifacts: 0, sizeBytes: 0 });
  const { id } = await registry.createRun(sampleRun());
  const points = Array.from({ length: 12_345 }, (_, index) => ({
    step: index % 6000,
    name: index < 6000 ? "loss" : index < 12_000 ? "accuracy" : "a",
    value: Math.sin(index),
    at: "2026-11-28T00:00:00.000Z",
  }));
  await registry.appendMetrics(id, points);
  await backUpRegistry(at("registry"), at("curves"));
  await restoreRegistry(at("curves"), at("another"));
  const restored = await reopened(at("another"), (other) => other.metrics(id));
  expect(restored).toEqual(await registry.metrics(id));
  expect(restored).toHaveLength(12_345);
});

test("what is deleted while a backup is made is not in it, nor is what comes", async () => {
  await fill(registry);
  let changed: Promise<unknown> | undefined;
  await backUpRegistry(at("registry"), at("backup"), {
    onCopied() {
      changed ??= registry.deleteVersion("tickets", 1);
    },
  });
  await changed;
  await restoreRegistry(at("backup"), at("other"));
  const versions = await reopened(at("other"), async (other) => {
    for (const version of await other.listVersions("tickets")) await other.verifyVersion(version);
    return other.listVersions("mails");
  });
  expect(versions.map(({ version }) => version)).toEqual([1, 3]);
});

test("a backup that was stopped goes on, and keeps what was whole", async () => {
  await fill(registry);
  await expect(
    backUpRegistry(at("registry"), at("backup"), {
      onCopied({ done }) {
        if (done === 2) throw new RangeError("stopped");
      },
    }),
  ).rejects.toThrow("stopped");
  expect(existsSync(at("backup"))).toBe(false);
  await appendFile(at("backup.unfinished", "models", "mails", "1", "config.json"), "damaged");
  await mkdir(at("backup.unfinished", "models", "gone", "7"), { recursive: true });
  await backUpRegistry(at("registry"), at("backup"));
  expect(existsSync(at("backup.unfinished"))).toBe(false);
  expect(existsSync(at("backup", "models", "gone", "7"))).toBe(false);
  await restoreRegistry(at("backup"), at("other"));
  expect(await reopened(at("other"), state)).toEqual(await state(registry));
});

test("a backup of one version holds its run and aliases, and nothing of others", async () => {
  await fill(registry);
  await registry.stores.keys.create({ name: "shop", roles: ["predict"] });
  const version = await registry.resolve("mails:3");
  const backup = await backUpRegistry(at("registry"), at("one"), { only: version });
  expect(backup).toMatchObject({ versions: 1, artifacts: 0 });
  await restoreRegistry(at("one"), at("other"));
  await reopened(at("other"), async (other) => {
    expect(await other.listModels()).toMatchObject([{ name: "mails", versions: 1, aliases: { champion: 3 } }]);
    const restored = await other.resolve("mails");
    await other.verifyVersion(restored);
    expect(restored).toEqual(version);
    expect(await other.listRuns()).toEqual(await registry.listRuns());
    expect(await other.metrics(version.runId)).toEqual([]);
    expect((await other.stores.keys.ring()).isEmpty).toBe(true);
    // The numbers of versions are not given again.
    expect((await registerSample(other, { name: "mails", runId: version.runId })).version).toBe(4);
  });
});

test("a damaged version ends a backup, which is told by name, and leaves no folder that looks like one", async () => {
  await fill(registry);
  await writeFile(at("registry", "models", "mails", "3", "config.json"), "[]");
  await expect(backUpRegistry(at("registry"), at("backup"))).rejects.toMatchObject({
    code: "REGISTRY_VERSION_CORRUPT",
    details: { name: "mails", version: 3 },
  });
  expect(existsSync(at("backup"))).toBe(false);
  await registry.deleteVersion("tickets", 1);
  await rm(at("registry", "artifacts"), { recursive: true });
  await expect(backUpRegistry(at("registry"), at("backup"))).rejects.toMatchObject({
    code: "REGISTRY_VERSION_CORRUPT",
  });
});

test("where no registry is, none is made; what exists is not overwritten", async () => {
  await expect(backUpRegistry(at("no"), at("backup"))).rejects.toMatchObject({ code: "REGISTRY_MISSING" });
  expect(existsSync(at("no"))).toBe(false);
  await mkdir(at("backup"));
  await expect(backUpRegistry(at("registry"), at("backup"))).rejects.toMatchObject({ code: "REGISTRY_TARGET_EXISTS" });
});

describe("a restore", () => {
  beforeEach(async () => {
    await fill(registry);
    await backUpRegistry(at("registry"), at("backup"));
  });

  test("over a registry with records is refused", async () => {
    const before = await state(registry);
    await expect(restoreRegistry(at("backup"), at("registry"))).rejects.toMatchObject({ code: "REGISTRY_NOT_EMPTY" });
    expect(await state(registry)).toEqual(before);
  });

  test.each([
    ["backup.json", "{}", /backup\.json: format/],
    ["backup.json", "nothing", /backup\.json: as a whole/],
    ["records/runs.jsonl", "{}\n", /records\/runs\.jsonl has SHA-256/],
    ["records/run_metrics.jsonl", undefined, /records\/run_metrics\.jsonl cannot be read \(ENOENT\)/],
    ["models/mails/3/config.json", "[]", /models\/mails\/3: config\.json has/],
    ["models/tickets/1", undefined, /models\/tickets\/1/],
    ["artifacts", undefined, /artifacts\//],
  ])("of a backup whose %s became %j leaves nothing, and the whole backup can follow", async (file, content, says) => {
    await cp(at("backup"), at("damaged"), { recursive: true });
    await rm(at("damaged", file), { recursive: true });
    if (content !== undefined) await writeFile(at("damaged", file), content);
    await expect(restoreRegistry(at("damaged"), at("other"))).rejects.toMatchObject({
      code: "REGISTRY_BACKUP_INVALID",
      message: expect.stringMatching(says),
    });
    await restoreRegistry(at("backup"), at("other"));
    expect(await reopened(at("other"), state)).toEqual(await state(registry));
  });

  test("of a newer schema is refused", async () => {
    const path = at("backup", "backup.json");
    const summary = JSON.parse(await readFile(path, "utf8"));
    await writeFile(path, JSON.stringify({ ...summary, schema: migrations.at(-1)!.version + 1 }));
    await expect(restoreRegistry(at("backup"), at("other"))).rejects.toMatchObject({ code: "REGISTRY_SCHEMA_NEWER" });
  });
});

test("a backup of an older schema is restored and brought to the newest; the registry itself stays as it is", async () => {
  await mkdir(at("old"));
  const database = await SqliteDatabase.open(at("old", "registry.db"));
  await migrate(database, migrations.slice(0, 1));
  const { recipe, recipeSha256, experiment, seed, environment } = sampleRun();
  await database.write((transaction) =>
    sql`insert into runs (id, experiment, status, recipe_json, recipe_sha256, seed, environment_json, created_at)
        values ('20261124-121530-ab12', ${experiment}, 'interrupted', ${JSON.stringify(recipe)}, ${recipeSha256}, ${seed},
          ${JSON.stringify(environment)}, '2026-11-24T12:15:30.000Z')`.execute(transaction),
  );
  await database.close();
  expect((await backUpRegistry(at("old"), at("backup"))).summary.schema).toBe(1);
  expect((await readdir(at("old"))).filter((name) => name.includes("before"))).toEqual([]);
  await restoreRegistry(at("backup"), at("new"));
  expect(await reopened(at("new"), (opened) => opened.listRuns())).toMatchObject([{ experiment, seed, recipe }]);
});

describePostgres("to and from a server", (current) => {
  test("a folder's registry moves to PostgreSQL and back, and nothing is lost", async () => {
    const { url } = current();
    await fill(registry);
    const before = await state(registry);
    await backUpRegistry(at("registry"), at("backup"));
    await restoreRegistry(at("backup"), url);
    expect(await reopened(url, state)).toEqual(before);
    await expect(restoreRegistry(at("backup"), url)).rejects.toMatchObject({ code: "REGISTRY_NOT_EMPTY" });
    await backUpRegistry(url, at("second"));
    await restoreRegistry(at("second"), at("home"));
    expect(await reopened(at("home"), state)).toEqual(before);
    const names = (await readdir(at("backup", "records"))).sort();
    for (const name of names) {
      expect(await readFile(at("second", "records", name), "utf8")).toBe(
        await readFile(at("backup", "records", name), "utf8"),
      );
    }
  });
});
