import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Libsql from "libsql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRegistry } from "../open-registry.ts";
import type { Registry } from "../registry.ts";
import { registerSample, sampleRun, stageFiles } from "../testing/fixtures.ts";

const name = "mail-triage";
let directory: string;
let registry: Registry;
let runId: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "registry-"));
  registry = await openRegistry(directory);
  runId = (await registry.createRun(sampleRun())).id;
  for (let version = 1; version <= 2; version++) await registerSample(registry, { name, runId });
});

afterEach(async () => {
  await registry.close();
  await rm(directory, { recursive: true, force: true });
});

/** Writes into the database past the registry, as another Modelwright or a fault may have. */
function write(sql: string, ...values: (string | number)[]): void {
  const database = new Libsql(join(directory, "registry.db"));
  database.prepare(sql).run(...values);
  database.close();
}

/** The JSON of a column with another value at a path such as `$.metrics`. */
function change(table: "runs" | "model_versions", column: string, [path, value]: readonly [string, unknown]): void {
  const where = table === "runs" ? "id = ?" : "version = ?";
  const key = table === "runs" ? runId : 1;
  write(
    `update ${table} set ${column} = json_set(${column}, ?, json(?)) where ${where}`,
    path,
    JSON.stringify(value),
    key,
  );
}

describe("runs", () => {
  test("a recipe of another day stays what it was", async () => {
    const recipe = { name: "old", task: "no task of today", data: { source: ["a", "b"] }, gone: { deep: [1, null] } };
    write("update runs set recipe_json = ? where id = ?", JSON.stringify(recipe), runId);
    expect((await registry.getRun(runId)).recipe).toEqual(recipe);
    expect((await registry.listRuns())[0]!.recipe).toEqual(recipe);
    expect(await registry.unreadable()).toEqual([]);
  });

  test.each<[string, () => void, string, RegExp]>([
    [
      "a form of a newer Modelwright",
      () => write("update runs set format = 2"),
      "format",
      /^is 2; this Modelwright reads 1$/,
    ],
    ["text that is no JSON", () => write("update runs set recipe_json = '{'"), "recipe_json", /^is no JSON$/],
    [
      "a recipe without a task",
      () => write('update runs set recipe_json = \'{"name":"x"}\''),
      "recipe_json.task",
      /string/,
    ],
    ["an unknown status", () => write("update runs set status = 'paused'"), "status", /"running"/],
    [
      "an environment that is none",
      () => change("runs", "environment_json", ["$.node", 20]),
      "environment_json.node",
      /string/,
    ],
    [
      "a measure without a value",
      () => write('update runs set metrics_json = \'{"f1":{"low":0}}\''),
      "metrics_json.f1.value",
      /number/,
    ],
    [
      "a failure without a code",
      () => write('update runs set error_json = \'{"message":"m"}\''),
      "error_json.code",
      /string/,
    ],
  ])("%s is refused by record and field, and takes no list down", async (_what, damage, field, problem) => {
    const at = "2026-11-24T12:15:30.000Z";
    await registry.appendMetrics(runId, [{ step: 1, name: "loss", value: 2, at }]);
    damage();
    const { id: other } = await registry.createRun(sampleRun());
    const reason = { record: `run ${runId}`, field, problem: expect.stringMatching(problem) };
    const refused = { code: "REGISTRY_RECORD_UNREADABLE", details: reason };
    await expect(registry.getRun(runId)).rejects.toMatchObject(refused);
    await expect(registry.updateRun(runId, { status: "interrupted" })).rejects.toMatchObject(refused);
    expect((await registry.listRuns()).map(({ id }) => id)).toEqual([other]);
    expect(await registry.unreadable()).toEqual([reason]);
    expect(await registry.metrics(runId)).toEqual([{ step: 1, name: "loss", value: 2, at }]);
    await registry.addArtifact(runId, "a.txt", Buffer.from("a"));
    expect(await registry.artifacts(runId)).toHaveLength(1);
  });

  test("a message names the record, the field and what is wrong", async () => {
    write("update runs set format = 2");
    await expect(registry.getRun(runId)).rejects.toThrow(`run ${runId}: format: is 2; this Modelwright reads 1`);
  });
});

describe("versions", () => {
  test.each<[string, () => void, string, RegExp]>([
    [
      "a newer format",
      () => change("model_versions", "manifest_json", ["$.format", 9]),
      "manifest_json.format",
      /^is 9/,
    ],
    [
      "an unknown task",
      () => change("model_versions", "manifest_json", ["$.task", "telepathy"]),
      "manifest_json.task",
      /./,
    ],
    [
      "a measure that is none",
      () => change("model_versions", "manifest_json", ["$.metrics.f1Macro.value", "high"]),
      "manifest_json.metrics.f1Macro.value",
      /number/,
    ],
    [
      "no JSON",
      () => write("update model_versions set manifest_json = 'x' where version = 1"),
      "manifest_json",
      /^is no JSON$/,
    ],
  ])("%s is refused by record and field, and takes no list down", async (_what, damage, field, problem) => {
    await registry.setAlias(name, "champion", 2, "");
    damage();
    const reason = { record: `version ${name}:1`, field, problem: expect.stringMatching(problem) };
    const refused = { code: "REGISTRY_RECORD_UNREADABLE", details: reason };
    await expect(registry.getVersion(name, 1)).rejects.toMatchObject(refused);
    await expect(registry.setAlias(name, "champion", 1, "")).rejects.toMatchObject(refused);
    expect((await registry.resolve(name)).version).toBe(2);
    expect((await registry.listVersions(name)).map(({ version }) => version)).toEqual([2]);
    expect(await registry.listModels()).toMatchObject([{ name, versions: 2, latestVersion: 2 }]);
    expect(await registry.unreadable()).toEqual([reason]);
    expect((await registerSample(registry, { name, runId })).version).toBe(3);
    await registry.deleteVersion(name, 1);
    expect(await registry.unreadable()).toEqual([]);
  });

  test("a version of an unreadable run is registered and read", async () => {
    const stagingDirectory = await stageFiles(registry, runId);
    const { manifest } = await registry.getVersion(name, 1);
    write("update runs set format = 2");
    const { files: _, ...description } = manifest;
    const describe = (version: number) => ({ ...description, version });
    expect((await registry.registerVersion({ name, runId, stagingDirectory, describe })).version).toBe(3);
  });

  test("a move of an alias that is none of ours is refused by its number", async () => {
    await registry.setAlias(name, "champion", 1, "");
    await registry.setAlias(name, "champion", 2, "");
    write("update alias_moves set kind = 'teleport' where ordinal = 2");
    await expect(registry.aliasHistory(name, "champion")).rejects.toMatchObject({
      code: "REGISTRY_RECORD_UNREADABLE",
      details: { record: `alias ${name}@champion, move 2`, field: "kind" },
    });
  });
});
