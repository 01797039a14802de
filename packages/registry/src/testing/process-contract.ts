import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRegistry } from "../open-registry.ts";
import type { Registry } from "../registry.ts";
import { registerSample, sampleRun } from "./fixtures.ts";

const script = fileURLToPath(new URL("./fixtures/writer.mjs", import.meta.url));

/** A registry that several processes use; fresh for every test. */
export interface SharedRegistry {
  readonly location: string;
  /** Folder of its versions. */
  readonly files: string;
  /** What must hold of the database at any time. */
  readonly expectSoundDatabase: () => Promise<void>;
}

/** A writing process and the lines it has printed: `word value`, one for each acknowledged write. */
interface Writer {
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
  readonly closed: Promise<unknown>;
  readonly said: (word: string) => string[];
  readonly errors: () => string;
}

function start(args: readonly string[]): Writer {
  const child = spawn(process.execPath, [script, ...args]);
  let output = "";
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const closed = once(child, "close");
  const ready = new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("ready")) resolve();
    });
    child.on("close", () => resolve());
  });
  const said = (word: string) =>
    output
      .split("\n")
      .slice(0, -1)
      .filter((line) => line.startsWith(`${word} `))
      .map((line) => line.slice(word.length + 1));
  return { child, ready, closed, said, errors: () => errors };
}

/**
 * Checks that processes which write at once, and are killed, lose nothing that was acknowledged and leave nothing half done.
 * @param options.rounds Of four processes that are killed.
 */
export function describeProcessContract(
  name: string,
  current: () => SharedRegistry,
  { rounds }: { readonly rounds: number },
): void {
  describe(`processes: ${name}`, () => {
    let registry: Registry;
    let runId: string;
    beforeEach(async () => {
      registry = await openRegistry(current().location);
      runId = (await registry.createRun(sampleRun())).id;
    });
    afterEach(() => registry.close());

    const startWriter = (what: string, times: number) => start([current().location, runId, what, String(times)]);
    const reopen = async () => {
      await registry.close();
      registry = await openRegistry(current().location);
    };

    /** What must hold at any time, whoever was killed when. */
    async function expectSound(): Promise<Set<number>> {
      const { files, expectSoundDatabase } = current();
      await expectSoundDatabase();
      const names = (await registry.listModels()).map(({ name }) => name);
      const records = names.includes("mails") ? await registry.listVersions("mails") : [];
      for (const record of records) await registry.verifyVersion(record);
      const folders = await readdir(join(files, "models", "mails")).catch(() => []);
      expect(folders.sort()).toEqual(records.map(({ version }) => String(version)).sort());
      expect(await readdir(join(files, "unfinished"))).toEqual([]);
      for (const { sha256 } of await registry.artifacts(runId)) await registry.openArtifact(sha256);
      return new Set(records.map(({ version }) => version));
    }

    test("eight that write at once lose nothing", async () => {
      const writers = [
        ...["version", "version", "version"].map((what) => startWriter(what, 7)),
        ...["metrics", "metrics"].map((what) => startWriter(what, 40)),
        startWriter("artifact", 20),
        ...["run", "run"].map((what) => startWriter(what, 10)),
      ];
      for (const { closed, errors } of writers) {
        expect([await closed, errors()]).toEqual([[0, null], ""]);
      }
      const versions = writers.flatMap(({ said }) => said("version").map(Number));
      expect(versions.sort((a, b) => a - b)).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
      expect(await expectSound()).toEqual(new Set(versions));
      expect((await registry.metrics(runId)).length).toBe(800);
      expect((await registry.artifacts(runId)).length).toBe(20);
      const runs = await registry.listRuns({ experiment: "many" });
      expect(new Set(runs.map(({ id }) => id))).toEqual(new Set(writers.flatMap(({ said }) => said("run"))));
    });

    test("a process killed inside a registration leaves nothing", async () => {
      await registerSample(registry, { name: "mails", runId });
      const writer = startWriter("killed in describe", 1);
      expect(await writer.closed).toEqual([null, "SIGKILL"]);
      await reopen();
      expect(await expectSound()).toEqual(new Set([1]));
      expect((await registerSample(registry, { name: "mails", runId })).version).toBe(2);
    });

    test(`${4 * rounds} or more killed at random moments leave only whole versions, and all that was acknowledged`, async () => {
      const acknowledged = { versions: new Set<number>(), deleted: new Set<number>(), artifacts: new Set<string>() };
      const batches = new Map<string, number>();
      // On a busy machine a few rounds may end before anything was written.
      for (let round = 0; round < rounds || acknowledged.versions.size === 0; round++) {
        const writers = ["version", "deletion", "metrics", "artifact"].map((what) => startWriter(what, 1_000_000));
        await Promise.all(writers.map(({ ready }) => ready));
        for (const { child } of writers) {
          await sleep(Math.random() * 80);
          child.kill("SIGKILL");
        }
        for (const { closed, errors } of writers) expect([await closed, errors()]).toEqual([[null, "SIGKILL"], ""]);
        await reopen();

        for (const { said } of writers) {
          for (const version of said("version")) acknowledged.versions.add(Number(version));
          for (const version of said("deleted")) acknowledged.deleted.add(Number(version));
          for (const name of said("artifact")) acknowledged.artifacts.add(name);
          for (const name of said("metrics")) batches.set(name, (batches.get(name) ?? 0) + 1);
        }
        const visible = await expectSound();
        for (const version of acknowledged.versions) expect(visible).toContain(version);
        for (const version of acknowledged.deleted) expect(visible).not.toContain(version);
        const artifacts = (await registry.artifacts(runId)).map(({ name }) => name);
        for (const name of acknowledged.artifacts) expect(artifacts).toContain(name);
        for (const [name, count] of batches) {
          const { length } = await registry.metrics(runId, name);
          expect(length % 10).toBe(0);
          expect(length).toBeGreaterThanOrEqual(count * 10);
        }
      }
    });
  });
}
