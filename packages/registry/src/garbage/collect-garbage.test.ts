import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRegistry } from "../open-registry.ts";
import type { Registry } from "../registry.ts";
import { registerSample, sampleRun, stageFiles } from "../testing/fixtures.ts";
import { S3Fixture } from "../testing/s3-fixture.ts";
import { collectGarbage } from "./collect-garbage.ts";

const DAY = 86_400_000;

/** Makes all below a folder older. */
async function age(directory: string, milliseconds: number): Promise<void> {
  const then = new Date(Date.now() - milliseconds);
  for (const entry of await readdir(directory, { recursive: true })) await utimes(join(directory, entry), then, then);
}

/** Runs of every kind, an artifact with its run and one without. */
async function fill(
  registry: Registry,
): Promise<{ readonly kept: string; readonly sha256: string; readonly lost: string }> {
  const { id: kept } = await registry.createRun(sampleRun());
  const { id: lost } = await registry.createRun(sampleRun());
  const { sha256 } = await registry.addArtifact(kept, "notes.txt", Buffer.from("notes"));
  const { sha256: other } = await registry.addArtifact(lost, "notes.txt", Buffer.from("other notes"));
  await registry.addArtifact(lost, "same.txt", Buffer.from("notes"));
  await registry.deleteRun(lost);
  return { kept, sha256, lost: other };
}

describe("in a folder", () => {
  let directory: string;
  let registry: Registry;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "garbage-"));
    registry = await openRegistry(directory);
  });
  afterEach(async () => {
    await registry.close();
    await rm(directory, { recursive: true, force: true });
  });
  const kinds = async (options = {}) =>
    Object.fromEntries((await collectGarbage(directory, options)).kinds.map(({ kind, count }) => [kind, count]));

  test("content that no record names goes after a day, and what is named stays", async () => {
    const { sha256, lost } = await fill(registry);
    expect(await kinds()).toEqual({});
    await age(join(directory, "artifacts"), 2 * DAY);
    const dry = await collectGarbage(directory, { dryRun: true });
    expect(dry.pieces).toEqual([{ kind: "content", title: expect.stringContaining(lost.slice(2)), sizeBytes: 11 }]);
    await registry.openArtifact(lost);
    expect(await collectGarbage(directory)).toEqual({ ...dry, dryRun: false });
    await registry.openArtifact(sha256);
    await expect(registry.openArtifact(lost)).rejects.toMatchObject({ code: "REGISTRY_ARTIFACT_UNKNOWN" });
    expect(await kinds()).toEqual({});
  });

  test("content that was put again while it was looked at stays", async () => {
    const { kept, lost } = await fill(registry);
    await age(join(directory, "artifacts"), 2 * DAY);
    await registry.addArtifact(kept, "other.txt", Buffer.from("other notes"));
    expect(await kinds()).toEqual({});
    await registry.openArtifact(lost);
  });

  test.each<["running" | "interrupted" | "failed" | "finished" | "none", number, boolean]>([
    ["running", 40, true],
    ["interrupted", 29, true],
    ["interrupted", 31, false],
    ["failed", 29, true],
    ["finished", 0.9, true],
    ["finished", 1.1, false],
    ["none", 1.1, false],
  ])("the folder of a run: %s and %d days old stays: %s", async (status, days, stays) => {
    const { id } = await registry.createRun(sampleRun());
    const folder = await registry.workFolder(id);
    await stageFiles(registry, id);
    if (status === "finished") await registry.finishRun(id, { status });
    else if (status === "failed") await registry.finishRun(id, { status, error: { code: "X", message: "x" } });
    else if (status === "interrupted") await registry.updateRun(id, { status });
    else if (status === "none") {
      await registry.deleteRun(id);
      await stageFiles(registry, id);
    }
    await age(join(directory, "runs"), days * DAY);
    expect(await kinds()).toEqual(stays ? {} : { work: 1 });
    expect(existsSync(folder)).toBe(stays);
  });

  test("what was kept for later and not used since goes, and what a killed process left", async () => {
    const cache = await registry.cacheFolder();
    await writeFile(join(cache, "old"), "old");
    await writeFile(join(directory, "unfinished", "another-host~7~ab"), "half");
    await age(cache, 2 * DAY);
    await age(join(directory, "unfinished"), 2 * DAY);
    await writeFile(join(cache, "new"), "new");
    expect(await kinds()).toEqual({ cache: 1, unfinished: 1 });
    expect(await readdir(cache)).toEqual(["new"]);
  });

  test("a record that cannot be read ends it: what it names is not known", async () => {
    const { kept } = await fill(registry);
    await registerSample(registry, { name: "mails", runId: kept });
    await registry.close();
    const { default: Database } = await import("libsql");
    const database = new Database(join(directory, "registry.db"));
    database.exec(`update model_versions set manifest_json = '{"files": 7}'`);
    database.close();
    await expect(collectGarbage(directory)).rejects.toMatchObject({ code: "REGISTRY_RECORD_UNREADABLE" });
    registry = await openRegistry(directory);
  });

  test("where no registry is, nothing is made", async () => {
    const nowhere = join(directory, "nowhere");
    await expect(collectGarbage(nowhere)).rejects.toMatchObject({ code: "REGISTRY_MISSING" });
    expect(existsSync(nowhere)).toBe(false);
  });
});

describe("on S3", () => {
  let fixture: S3Fixture;
  let url: string;
  let registry: Registry;
  beforeEach(async () => {
    fixture = await S3Fixture.create();
    url = `${pathToFileURL(join(fixture.directory, "registry"))}?files=s3://models/team&endpoint=${fixture.s3.url}`;
    registry = await openRegistry(url);
  });
  afterEach(async () => {
    await registry.close();
    await fixture.close();
  });

  test("content of deleted versions and runs goes, but for what others have too; uploads that were broken off as well", async () => {
    const { kept, sha256, lost } = await fill(registry);
    const first = await registerSample(registry, { name: "mails", runId: kept });
    await registerSample(registry, { name: "mails", runId: kept });
    await registry.deleteVersion("mails", 2);
    fixture.s3.fault = ({ query }) => (query.get("partNumber") === "2" ? { error: [403, "AccessDenied"] } : undefined);
    await writeFile(join(fixture.directory, "large"), Buffer.alloc(9 * 2 ** 20));
    const refused = { code: "REGISTRY_FILES_FAILED" };
    await expect(registry.addArtifact(kept, "large", join(fixture.directory, "large"))).rejects.toMatchObject(refused);
    fixture.s3.fault = () => undefined;
    const count = fixture.s3.keys("models").length;
    expect((await collectGarbage(url)).pieces).toEqual([]);
    fixture.s3.age(2 * DAY);
    const { kinds } = await collectGarbage(url);
    // The artifact, and the manifest of version 2: its other files are those of version 1.
    expect(kinds).toEqual([
      { kind: "content", count: 2, sizeBytes: expect.any(Number) },
      { kind: "upload", count: 1, sizeBytes: 8 * 2 ** 20 },
    ]);
    expect(fixture.s3.keys("models")).toHaveLength(count - 2);
    expect(fixture.s3.openUploads()).toEqual([]);
    await registry.verifyVersion(first);
    await registry.openArtifact(sha256);
    await expect(registry.openArtifact(lost)).rejects.toMatchObject({ code: "REGISTRY_ARTIFACT_UNKNOWN" });
  });

  test("what a killed process has begun goes; a version of another copy of the database stays", async () => {
    const begun = await fixture.store().seal(await fixture.stage({ "a.txt": "of a killed process" }));
    await begun.place({ name: "mails", version: 7 });
    await fixture.keep({ name: "mails", version: 8 }, { "a.txt": "of another database" });
    fixture.s3.age(2 * DAY);
    const { pieces } = await collectGarbage(url);
    expect(pieces.map(({ sizeBytes }) => sizeBytes)).toEqual([19]);
    const materialised = await fixture.store().materialise({ name: "mails", version: 8 });
    expect(await readdir(materialised)).toEqual(["a.txt"]);
  });

  test("copies that nobody has used since go; the folder that a running process uses stays", async () => {
    const { kept } = await fill(registry);
    const version = await registerSample(registry, { name: "mails", runId: kept });
    const folder = await registry.materialise(version);
    const copies = join(fixture.directory, "registry", "copies");
    await age(copies, 2 * DAY);
    expect((await collectGarbage(url)).pieces).toEqual([]);
    expect(existsSync(folder)).toBe(true);
    await rm(join(copies, "uses"), { recursive: true });
    const dry = await collectGarbage(url, { dryRun: true });
    const { kinds, sizeBytes } = await collectGarbage(url);
    expect(kinds).toEqual(dry.kinds);
    expect(sizeBytes).toBeGreaterThan(0);
    expect(existsSync(folder)).toBe(false);
    expect(await readdir(join(copies, "content"), { recursive: true, withFileTypes: true })).toSatisfy(
      (entries: { isFile(): boolean }[]) => entries.every((entry) => !entry.isFile()),
    );
    await registry.verifyVersion(version);
    expect(existsSync(await registry.materialise(version))).toBe(true);
  });
});
