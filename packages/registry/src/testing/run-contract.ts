import { createHash } from "node:crypto";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { MetricPoint } from "../records/record.ts";
import type { ContractFixture } from "./contract-fixture.ts";
import { registerSample, sampleRun } from "./fixtures.ts";

const at = "2026-11-24T12:15:30.000Z";

/** Runs, their metrics and their artifacts. */
export function runContract(current: () => ContractFixture): void {
  test("a new run is running, has a folder for its work and reads back as it was given", async () => {
    const { registry } = current();
    const given = sampleRun();
    const run = await registry.createRun(given);
    expect(run).toMatchObject({ ...given, status: "running" });
    expect(run.id).toMatch(/^\d{8}-\d{6}-[0-9a-f]{4}$/);
    expect(run.id.slice(0, 8)).toBe(run.createdAt.slice(0, 10).replaceAll("-", ""));
    expect(await registry.getRun(run.id)).toEqual(run);
    expect((await stat(await registry.workFolder(run.id))).isDirectory()).toBe(true);
    expect((await stat(await registry.cacheFolder())).isDirectory()).toBe(true);
  });

  test("a finished run keeps its end, NaN included, and its status for good", async () => {
    const { registry, openAgain } = current();
    const { id } = await registry.createRun(sampleRun());
    await registry.updateRun(id, { dataSha256: "d".repeat(64), summary: { rows: 3, worst: Number.NaN, names: ["a"] } });
    await registry.finishRun(id, { status: "finished", metrics: { rocAuc: { value: Number.NaN, low: -Infinity } } });
    const run = await (await openAgain()).getRun(id);
    expect(run).toMatchObject({
      status: "finished",
      dataSha256: "d".repeat(64),
      summary: { rows: 3, worst: Number.NaN, names: ["a"] },
      metrics: { rocAuc: { value: Number.NaN, low: -Infinity } },
    });
    expect(run.finishedAt).toBeDefined();
    await expect(registry.finishRun(id, { status: "failed" })).rejects.toMatchObject({ code: "REGISTRY_RUN_FINISHED" });
    await expect(registry.updateRun(id, { status: "running" })).rejects.toMatchObject({
      code: "REGISTRY_RUN_FINISHED",
    });
    expect((await registry.updateRun(id, { summary: { rows: 4 } })).summary).toEqual({ rows: 4 });
  });

  test("an interrupted run is taken up again without its former end", async () => {
    const { registry } = current();
    const { id } = await registry.createRun(sampleRun());
    const error = { code: "TRAINING_DIVERGED", message: "step 3" };
    expect((await registry.finishRun(id, { status: "failed", error })).error).toEqual(error);
    const run = await registry.updateRun(id, { status: "running", environment: { threads: "3" } });
    expect(run).toMatchObject({ status: "running", seed: sampleRun().seed });
    expect(run.environment).toEqual({ threads: "3" });
    expect((await registry.updateRun(id, { summary: {} })).environment).toEqual({ threads: "3" });
    expect(run).not.toHaveProperty("finishedAt");
    expect(run).not.toHaveProperty("error");
  });

  test("what git said is that of the machine that works on the run", async () => {
    const { registry, openAgain } = current();
    const git = { commit: "f".repeat(40), branch: "主干", changedFiles: 2, remote: "https://git.example/mail.git" };
    const { id } = await registry.createRun({ ...sampleRun(), git });
    expect((await (await openAgain()).getRun(id)).git).toEqual(git);
    expect((await registry.updateRun(id, { summary: {} })).git).toEqual(git);
    expect((await registry.updateRun(id, { git: { changedFiles: 0 } })).git).toEqual({ changedFiles: 0 });
    expect(await registry.updateRun(id, { git: undefined })).not.toHaveProperty("git");
  });

  test("runs are listed newest first and filtered", async () => {
    const { registry } = current();
    const ids: string[] = [];
    for (const experiment of ["spam", "intent", "spam"]) {
      ids.push((await registry.createRun(sampleRun(experiment))).id);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await registry.finishRun(ids[0]!, { status: "finished" });
    const list = async (filter?: Parameters<typeof registry.listRuns>[0]) =>
      (await registry.listRuns(filter)).map(({ id }) => id);
    expect(await list()).toEqual([...ids].reverse());
    expect(await list({ experiment: "spam" })).toEqual([ids[2], ids[0]]);
    expect(await list({ status: "running" })).toEqual([ids[2], ids[1]]);
    expect(await list({ limit: 1 })).toEqual([ids[2]]);
    expect(await list({ experiment: "nothing" })).toEqual([]);
  });

  test("many runs in the same second get different ids", async () => {
    const { registry } = current();
    const runs = await Promise.all(Array.from({ length: 50 }, () => registry.createRun(sampleRun())));
    expect(new Set(runs.map(({ id }) => id)).size).toBe(50);
  });

  test("a deleted run is gone with its curves, artifacts and work; others stay", async () => {
    const { registry } = current();
    const [gone, kept] = [await registry.createRun(sampleRun()), await registry.createRun(sampleRun())];
    for (const { id } of [gone, kept]) {
      await registry.appendMetrics(id, [{ step: 1, name: "loss", value: 1, at }]);
      await registry.addArtifact(id, "plot", Buffer.from("plot"));
      await writeFile(join(await registry.workFolder(id), "checkpoint"), "half");
    }
    await registry.deleteRun(gone.id);
    expect((await registry.listRuns()).map(({ id }) => id)).toEqual([kept.id]);
    expect(await readdir(await registry.workFolder(gone.id))).toEqual([]);
    expect(await readdir(await registry.workFolder(kept.id))).toEqual(["checkpoint"]);
    expect(await registry.metrics(kept.id)).toHaveLength(1);
    expect(await registry.artifacts(kept.id)).toHaveLength(1);
    await expect(registry.deleteRun(gone.id)).rejects.toMatchObject({ code: "REGISTRY_RUN_UNKNOWN" });
    await expect(registry.deleteRun("../..")).rejects.toMatchObject({ code: "REGISTRY_NAME_INVALID" });
  });

  test("a run from which a version comes is not deleted", async () => {
    const { registry } = current();
    const { id } = await registry.createRun(sampleRun());
    await registerSample(registry, { name: "mails", runId: id });
    await expect(registry.deleteRun(id)).rejects.toMatchObject({
      code: "REGISTRY_RUN_HAS_VERSIONS",
      details: { versions: ["mails:1"] },
    });
    await registry.deleteVersion("mails", 1);
    await registry.deleteRun(id);
    expect(await registry.listRuns()).toEqual([]);
  });

  test("an unknown run is refused with the newest runs", async () => {
    const { registry } = current();
    const { id } = await registry.createRun(sampleRun());
    const mistyped = `${id.slice(0, -1)}${id.endsWith("0") ? "1" : "0"}`;
    await expect(registry.getRun(mistyped)).rejects.toMatchObject({
      code: "REGISTRY_RUN_UNKNOWN",
      details: { id: mistyped, nearest: id, known: [id] },
    });
    await expect(registry.appendMetrics(mistyped, [])).rejects.toMatchObject({ code: "REGISTRY_RUN_UNKNOWN" });
    await expect(registry.addArtifact(mistyped, "a", new Uint8Array())).rejects.toMatchObject({
      code: "REGISTRY_RUN_UNKNOWN",
    });
  });

  test("any double read back is the one stored, a repeated step replaces", async () => {
    const { registry } = current();
    const point = fc.record({
      step: fc.integer({ min: 0, max: 2000 }),
      name: fc.constantFrom("loss", "f1 macro", "Verlust/ü"),
      value: fc.double(),
      at: fc.constant(at),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(point, { maxLength: 1200 }), { maxLength: 3 }), async (batches) => {
        const { id } = await registry.createRun(sampleRun());
        const expected = new Map<string, MetricPoint>();
        for (const batch of batches) {
          await registry.appendMetrics(id, batch);
          for (const item of batch) expected.set(`${item.name} ${item.step}`, { ...item, value: item.value + 0 });
        }
        const stored = await registry.metrics(id);
        expect(stored.length).toBe(expected.size);
        for (const item of stored) {
          expect(Object.is(item.value, expected.get(`${item.name} ${item.step}`)?.value)).toBe(true);
        }
        const loss = await registry.metrics(id, "loss");
        expect(loss).toEqual(stored.filter(({ name }) => name === "loss"));
        expect(loss.map(({ step }) => step)).toEqual(loss.map(({ step }) => step).sort((a, b) => a - b));
      }),
      { numRuns: 15 },
    );
  });

  test("curves are listed by the code units of their names, whatever the language of the database", async () => {
    const { registry } = current();
    const { id } = await registry.createRun(sampleRun());
    const names = ["zeta", "Zeta", "ärger", "a-b", "aB", "ab", "损失"];
    await registry.appendMetrics(
      id,
      names.map((name) => ({ step: 1, name, value: 1, at })),
    );
    expect((await registry.metrics(id)).map(({ name }) => name)).toEqual(names.toSorted());
  });

  test("one bad point refuses the whole batch", async () => {
    const { registry } = current();
    const { id } = await registry.createRun(sampleRun());
    const good = { step: 1, name: "loss", value: 1, at };
    for (const bad of [{ step: 1.5 }, { name: "" }, { name: "a\nb" }, { value: "1" }, { at: "yesterday" }]) {
      const points = [good, { ...good, ...bad } as MetricPoint];
      await expect(registry.appendMetrics(id, points)).rejects.toMatchObject({
        code: expect.stringMatching(/^REGISTRY_(VALUE|NAME)_INVALID$/),
      });
    }
    expect(await registry.metrics(id)).toEqual([]);
  });

  test("artifacts are stored by content, from bytes and from a file", async () => {
    const { registry, directory } = current();
    const { id } = await registry.createRun(sampleRun());
    const path = join(directory, "report.html");
    await writeFile(path, "<p>abc");
    const one = await registry.addArtifact(id, "report.html", path);
    const two = await registry.addArtifact(id, "plots/copy.html", Buffer.from("<p>abc"));
    expect(one.sha256).toBe(createHash("sha256").update("<p>abc").digest("hex"));
    expect(two).toMatchObject({ sha256: one.sha256, sizeBytes: 6, runId: id });
    expect(await registry.artifacts(id)).toEqual([two, one]);
    expect(await readFile(await registry.openArtifact(one.sha256), "utf8")).toBe("<p>abc");
    const replaced = await registry.addArtifact(id, "report.html", Buffer.from("new"));
    expect(await registry.artifacts(id)).toEqual([two, replaced]);
  });

  test("no name leads out of the registry's folder", async () => {
    const { registry, directory } = current();
    const { id } = await registry.createRun(sampleRun());
    const invalid = { code: "REGISTRY_NAME_INVALID" };
    for (const name of ["../x", "/etc/x", "a/../b", "a//b", "", ".hidden", "a\\b", "x".repeat(256), "a\0b"]) {
      await expect(registry.addArtifact(id, name, Buffer.from("x")), name).rejects.toMatchObject(invalid);
    }
    for (const name of ["..", "../../x", "20261124-121530-ab12/.."]) {
      await expect(registry.workFolder(name), name).rejects.toMatchObject(invalid);
    }
    await expect(registry.openArtifact("../../registry.db")).rejects.toMatchObject(invalid);
    await expect(registry.createRun({ ...sampleRun(), experiment: "../x" })).rejects.toMatchObject(invalid);
    await expect(registry.addArtifact(id, "x", join(directory, "absent"))).rejects.toMatchObject({
      code: "REGISTRY_ARTIFACT_UNREADABLE",
    });
    await expect(registry.addArtifact(id, "x", directory)).rejects.toMatchObject({
      code: "REGISTRY_ARTIFACT_UNREADABLE",
    });
    expect(await registry.artifacts(id)).toEqual([]);
  });
}
