import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { backUpRegistry, restoreRegistry } from "../backup/backup-registry.ts";
import { collectGarbage } from "../garbage/collect-garbage.ts";
import { openRegistry } from "../open-registry.ts";
import { registerSample, sampleRun } from "../testing/fixtures.ts";
import { S3Fixture } from "../testing/s3-fixture.ts";

const writer = fileURLToPath(new URL("../testing/fixtures/writer.mjs", import.meta.url));

let fixture: S3Fixture;
beforeEach(async () => {
  fixture = await S3Fixture.create({ attempts: 1 });
});
afterEach(() => fixture.close());

const place = (name: string) =>
  `${pathToFileURL(join(fixture.directory, name))}?files=s3://models/${name}&endpoint=${fixture.s3.url}`;

test("a backup of it is whole, and is restored to a folder and to S3", async () => {
  const registry = await openRegistry(place("one"));
  const { id } = await registry.createRun(sampleRun());
  await registerSample(registry, { name: "mails", runId: id });
  const { sha256 } = await registry.addArtifact(id, "notes.txt", Buffer.from("notes"));
  await registry.close();
  const [backup, folder] = ["backup", "folder"].map((name) => join(fixture.directory, name)) as [string, string];
  await backUpRegistry(place("one"), backup);
  for (const target of [folder, place("two")]) {
    await restoreRegistry(backup, target);
    const restored = await openRegistry(target);
    await restored.verifyVersion(await restored.resolve("mails"));
    await restored.openArtifact(sha256);
    await restored.close();
  }
  expect(fixture.s3.keys("models").filter((key) => key.startsWith("two/doubtful"))).toEqual([]);
});

test("records that are lost are told, whatever the bucket holds", async () => {
  await fixture.keep({ name: "mails", version: 1 }, { "a.txt": "a" });
  await expect(openRegistry(place("team"))).rejects.toMatchObject({
    code: "REGISTRY_RECORDS_MISSING",
    details: { folder: "s3://models/team", models: ["mails"] },
  });
});

test("a process that is killed at any request leaves the old state or the new one", async () => {
  const registry = await openRegistry(place("killed"));
  const { id } = await registry.createRun(sampleRun());
  await registerSample(registry, { name: "mails", runId: id });
  const seen = new Set<boolean>();
  // A first one outlives it, and tells how many requests there are.
  let requests = Number.POSITIVE_INFINITY;
  for (let at = 1, step = 0; at <= requests + 1; at += step) {
    const before = (await registry.listVersions("mails")).length;
    let count = 0;
    const child = spawn(process.execPath, [writer, place("killed"), id, "version", "1"]);
    const limit = step === 0 ? Number.POSITIVE_INFINITY : at;
    fixture.s3.fault = () => {
      if (++count !== limit) return undefined;
      child.kill("SIGKILL");
      // Whether what it asked for is done, it never learns.
      return at % 2 === 0 ? { error: [500, "InternalError"] } : { isUnanswered: true };
    };
    await once(child, "close");
    fixture.s3.fault = () => undefined;
    if (step === 0) [requests, at, step] = [count, 0, Math.ceil(count / 5)];
    const versions = await registry.listVersions("mails");
    expect(versions.length - before).toBeOneOf([0, 1]);
    seen.add(versions.length > before);
    for (const version of versions) await registry.verifyVersion(version);
  }
  expect(seen).toEqual(new Set([true, false]));
  fixture.s3.age(2 * 86_400_000);
  await collectGarbage(place("killed"));
  const versions = await registry.listVersions("mails");
  const keys = fixture.s3.keys("models");
  expect(keys.filter((key) => key.includes("/doubtful/"))).toEqual([]);
  expect(keys.filter((key) => key.includes("/models/"))).toHaveLength(versions.length);
  // Two files that all have, and a manifest of each.
  expect(keys.filter((key) => key.includes("/content/"))).toHaveLength(2 + versions.length);
  for (const version of versions) await registry.verifyVersion(version);
  await registry.close();
});
