import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRegistry } from "../open-registry.ts";
import type { Registry } from "../registry.ts";
import { sampleManifest, sampleRun } from "../testing/fixtures.ts";

const memoryDisk = "/dev/shm";
const otherDevice = await stat(memoryDisk)
  .then(async ({ dev }) => dev !== (await stat(tmpdir())).dev)
  .catch(() => false);

let directory: string;
let registry: Registry;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "registry-"));
  registry = await openRegistry({ directory });
});

afterEach(async () => {
  await registry.close();
  await rm(directory, { recursive: true, force: true });
});

test.skipIf(!otherDevice)("a staging folder on another file system is copied; needs /dev/shm", async () => {
  const { id: runId } = await registry.createRun(sampleRun());
  const stagingDirectory = await mkdtemp(join(memoryDisk, "staging-"));
  try {
    await writeFile(join(stagingDirectory, "config.json"), "{}");
    const refused = registry.registerVersion({
      name: "mails",
      runId,
      stagingDirectory,
      describe: () => sampleManifest({ name: "other", version: 1, runId }),
    });
    await expect(refused).rejects.toMatchObject({ code: "REGISTRY_MANIFEST_INVALID" });
    expect(await readdir(stagingDirectory)).toEqual(["config.json"]);

    const describe = (version: number) => sampleManifest({ name: "mails", version, runId });
    const record = await registry.registerVersion({ name: "mails", runId, stagingDirectory, describe });
    await registry.verifyVersion(record);
    await expect(readdir(stagingDirectory)).rejects.toMatchObject({ code: "ENOENT" });
    expect(await readdir(join(directory, "unfinished"))).toEqual([]);
  } finally {
    await rm(stagingDirectory, { recursive: true, force: true });
  }
});
