import { existsSync } from "node:fs";
import { appendFile, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type { ContractFixture } from "./contract-fixture.ts";
import { registerSample, sampleManifest, sampleRun } from "./fixtures.ts";

const name = "mail-triage";

/** What holds beyond the contract of every registry where all of it lies in one folder. */
export function folderContract(current: () => ContractFixture): void {
  let runId: string;
  beforeEach(async () => {
    runId = (await current().registry.createRun(sampleRun())).id;
  });
  const register = () => registerSample(current().registry, { name, runId });
  const describe = (version: number) => sampleManifest({ name, version, runId });

  test("versions lie under their names and numbers, and are read where they lie", async () => {
    const { registry, directory } = current();
    await register();
    await register();
    await registry.deleteVersion(name, 1);
    expect(registry.location).toBe(directory);
    expect(await readdir(join(directory, "models", name))).toEqual(["2"]);
    expect(await registry.materialise({ name, version: 2 })).toBe(join(directory, "models", name, "2"));
  });

  test("the registry's own files are no staging folder", async () => {
    const { registry, directory } = current();
    const kept = await register();
    for (const stagingDirectory of [directory, await registry.materialise(kept), join(directory, "models")]) {
      await expect(
        registry.registerVersion({ name, runId, stagingDirectory, describe }),
        stagingDirectory,
      ).rejects.toMatchObject({ code: "REGISTRY_STAGING_INVALID" });
    }
    await registry.verifyVersion(kept);
  });

  test.each<[string, string, (folder: string) => Promise<void>]>([
    ["changed", "config.json", (folder) => writeFile(join(folder, "config.json"), "[]")],
    ["longer", "config.json", (folder) => appendFile(join(folder, "config.json"), " ")],
    ["missing", "onnx/model.onnx", (folder) => rm(join(folder, "onnx/model.onnx"))],
    ["added", "onnx/model.data", (folder) => writeFile(join(folder, "onnx/model.data"), "x")],
    ["changed manifest", "modelwright.json", (folder) => appendFile(join(folder, "modelwright.json"), " ")],
    ["missing folder", ".", (folder) => rm(folder, { recursive: true })],
  ])("verification names the file: %s", async (_what, file, damage) => {
    const { registry, directory } = current();
    const record = await register();
    await damage(await registry.materialise(record));
    const corrupt = { code: "REGISTRY_VERSION_CORRUPT", details: { name, version: 1, problems: [{ file }] } };
    await expect(registry.verifyVersion(record)).rejects.toMatchObject(corrupt);
    await expect(registry.exportVersion(record, join(directory, "out"))).rejects.toMatchObject(corrupt);
    await expect(readdir(join(directory, "out"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("an open settles what a killed process left, and touches nothing else", async () => {
    const { directory, openAgain } = current();
    await register();
    const folder = join(directory, "models", name);
    // Killed between the move and the commit; after the commit; and a folder of unknown origin.
    await mkdir(join(folder, "2"));
    await writeFile(join(folder, "2", "model.onnx"), "half");
    await writeFile(join(folder, ".2.incomplete"), "");
    await writeFile(join(folder, ".1.incomplete"), "");
    await mkdir(join(folder, "5"));
    const again = await openAgain();
    expect((await readdir(folder)).sort()).toEqual(["1", "5"]);
    const [record, ...others] = await again.listVersions(name);
    expect(others).toEqual([]);
    await again.verifyVersion(record!);
    expect((await register()).version).toBe(6);
  });

  test("versions without their records are not hidden behind an empty database", async () => {
    const { registry, directory, openAgain } = current();
    await register();
    await registry.close();
    for (const end of ["", "-wal", "-shm"]) await rm(join(directory, `registry.db${end}`), { force: true });
    await expect(openAgain()).rejects.toMatchObject({
      code: "REGISTRY_RECORDS_MISSING",
      details: { models: [name] },
    });
    expect(existsSync(join(directory, "registry.db"))).toBe(false);
  });

  test("the folder may be moved", async () => {
    const { registry, directory, openAgain } = current();
    const { version } = await register();
    const { sha256 } = await registry.addArtifact(runId, "a", Buffer.from("abc"));
    await registry.close();
    const inner = join(directory, "inner");
    await mkdir(inner);
    // SQLite removes its log when the last statement is garbage: what was closed is whole without it.
    const entries = (await readdir(directory)).filter((entry) => entry !== "inner" && !/-(?:wal|shm)$/.test(entry));
    for (const entry of entries) await rename(join(directory, entry), join(inner, entry));
    const moved = join(directory, "..", `${Date.now()}-moved`);
    await rename(inner, moved);
    for (const entry of await readdir(directory)) await rm(join(directory, entry), { force: true });
    for (const entry of await readdir(moved)) await rename(join(moved, entry), join(directory, entry));
    await rm(moved, { recursive: true });
    const again = await openAgain();
    await again.verifyVersion(await again.getVersion(name, version));
    await again.openArtifact(sha256);
  });
}
