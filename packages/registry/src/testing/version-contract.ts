import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { modelManifestSchema } from "@modelwright/contracts";
import { beforeEach, expect, test } from "vitest";
import type { ContractFixture } from "./contract-fixture.ts";
import { registerSample, sampleManifest, sampleRun, stageFiles } from "./fixtures.ts";

const name = "mail-triage";

/** Model versions and their folders. */
export function versionContract(current: () => ContractFixture): void {
  let runId: string;
  beforeEach(async () => {
    runId = (await current().registry.createRun(sampleRun())).id;
  });
  const register = () => registerSample(current().registry, { name, runId });
  const describe = (version: number) => sampleManifest({ name, version, runId });

  test("a version's folder holds its files and a manifest that lists them", async () => {
    const { registry } = current();
    const stagingDirectory = await stageFiles(registry, runId, { "onnx/model.onnx": "graph", "README.md": "card" });
    const record = await registry.registerVersion({ name, runId, stagingDirectory, describe });
    expect(record).toMatchObject({ name, version: 1, runId, aliases: [] });
    const folder = await registry.materialise(record);
    const manifest = modelManifestSchema.parse(JSON.parse(await readFile(join(folder, "modelwright.json"), "utf8")));
    expect(manifest).toEqual(record.manifest);
    expect(manifest.files).toEqual(
      ["README.md", "onnx/model.onnx"].map((path) => {
        const content = path === "README.md" ? "card" : "graph";
        return { path, sizeBytes: content.length, sha256: createHash("sha256").update(content).digest("hex") };
      }),
    );
    await expect(readdir(stagingDirectory)).rejects.toMatchObject({ code: "ENOENT" });
    await registry.verifyVersion(record);
  });

  test("documents name the version and are listed with the files", async () => {
    const { registry } = current();
    const stagingDirectory = await stageFiles(registry, runId, { "onnx/model.onnx": "graph", "README.md": "draft" });
    const documents = ({ version }: { version: number }) => ({ "README.md": `# version ${version}` });
    const record = await registry.registerVersion({ name, runId, stagingDirectory, describe, documents });
    expect(await readFile(join(await registry.materialise(record), "README.md"), "utf8")).toBe("# version 1");
    expect(record.manifest.files.map(({ path }) => path).sort()).toEqual(["README.md", "onnx/model.onnx"]);
    await registry.verifyVersion(record);
  });

  test("numbers go up and are never given twice", async () => {
    const { registry } = current();
    await register();
    await register();
    await registry.deleteVersion(name, 2);
    expect((await register()).version).toBe(3);
    expect((await registry.listVersions(name)).map(({ version }) => version)).toEqual([1, 3]);
    expect(await registry.listModels()).toMatchObject([{ name, versions: 2, latestVersion: 3, aliases: {} }]);
    await expect(registry.materialise({ name, version: 2 })).rejects.toMatchObject({
      code: "REGISTRY_VERSION_UNKNOWN",
    });
  });

  test("versions registered at once from two connections are all there", async () => {
    const { registry, openAgain } = current();
    const other = await openAgain();
    const records = await Promise.all(
      Array.from({ length: 12 }, (_, index) => registerSample(index % 2 ? other : registry, { name, runId })),
    );
    expect(records.map(({ version }) => version).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, index) => index + 1),
    );
    for (const record of records) await registry.verifyVersion(record);
  });

  test("a refused version leaves the staging folder as it was, and no trace", async () => {
    const { registry } = current();
    const stagingDirectory = await stageFiles(registry, runId);
    const failures: [string, Parameters<typeof registry.registerVersion>[0]][] = [
      ["REGISTRY_NAME_INVALID", { name: "../x", runId, stagingDirectory, describe }],
      ["REGISTRY_RUN_UNKNOWN", { name, runId: "20200101-000000-0000", stagingDirectory, describe }],
      ["REGISTRY_MANIFEST_INVALID", { name, runId, stagingDirectory, describe: () => describe(7) }],
      [
        "REGISTRY_MANIFEST_INVALID",
        { name, runId, stagingDirectory, describe: (version) => ({ ...describe(version), labels: ["one"] }) },
      ],
    ];
    for (const [code, options] of failures) {
      await expect(registry.registerVersion(options)).rejects.toMatchObject({ code });
    }
    const failing = () => {
      throw new RangeError("no metrics");
    };
    await expect(registry.registerVersion({ name, runId, stagingDirectory, describe: failing })).rejects.toThrow(
      RangeError,
    );
    expect((await readdir(stagingDirectory)).sort()).toEqual(["config.json", "onnx"]);
    expect(await registry.listModels()).toEqual([]);
    expect((await registry.registerVersion({ name, runId, stagingDirectory, describe })).version).toBe(1);
  });

  test("a staging folder that is missing, empty or linked is refused", async () => {
    const { registry, directory } = current();
    const kept = await register();
    const empty = await stageFiles(registry, runId, {});
    const linked = await stageFiles(registry, runId);
    await symlink("/etc/hostname", join(linked, "link"));
    const folders = [join(directory, "absent"), empty, linked];
    for (const stagingDirectory of folders) {
      await expect(
        registry.registerVersion({ name, runId, stagingDirectory, describe }),
        stagingDirectory,
      ).rejects.toMatchObject({ code: "REGISTRY_STAGING_INVALID" });
    }
    await registry.verifyVersion(kept);
  });

  test("an export is a whole copy and overwrites nothing", async () => {
    const { registry, directory } = current();
    const record = await register();
    const target = join(directory, "exports", "one");
    expect(await registry.exportVersion(record, target)).toBe(target);
    expect((await readdir(target, { recursive: true })).sort()).toEqual(
      (await readdir(await registry.materialise(record), { recursive: true })).sort(),
    );
    await mkdir(join(directory, "empty"));
    await writeFile(join(directory, "file"), "mine");
    for (const taken of [target, join(directory, "empty"), join(directory, "file")]) {
      await expect(registry.exportVersion(record, taken)).rejects.toMatchObject({ code: "REGISTRY_TARGET_EXISTS" });
    }
    expect(await readFile(join(directory, "file"), "utf8")).toBe("mine");
    expect(await readdir(join(directory, "exports"))).toEqual(["one"]);
  });
}
