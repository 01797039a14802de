import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Registry } from "./registry.ts";
import type { Ending } from "./testing/mortal-process.ts";

vi.mock("node:fs/promises", async (original) => {
  const { mortalFiles } = await import("./testing/mortal-process.ts");
  return mortalFiles(await original());
});
vi.mock("libsql", async (original) => {
  const { mortalDatabase } = await import("./testing/mortal-process.ts");
  const { default: Libsql } = await original<{ readonly default: typeof import("libsql") }>();
  return { default: mortalDatabase(Libsql) };
});

// Files of tests share a process: what another one has loaded has the real files and the real database.
vi.resetModules();
const { backUpRegistry, restoreRegistry } = await import("./backup/backup-registry.ts");
const { openRegistry } = await import("./open-registry.ts");
const { registerSample, sampleManifest, sampleRun, stageFiles } = await import("./testing/fixtures.ts");
const { hasMiddle, runMortal } = await import("./testing/mortal-process.ts");

let directory: string;
/** A registry with a version under an alias, one without, and a run beside. */
let made: string;
let runs: readonly string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "killed-"));
  made = join(directory, "made");
  const registry = await openRegistry(made);
  const first = await registry.createRun(sampleRun());
  const second = await registry.createRun(sampleRun());
  runs = [first.id, second.id];
  for (const name of ["mails", "mails", "tickets"]) await registerSample(registry, { name, runId: first.id });
  await registry.setAlias("mails", "champion", 1, "first");
  await registry.addArtifact(first.id, "plots/roc.svg", Buffer.from("<svg/>"));
  await stageFiles(registry, first.id);
  await registry.close();
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** All that a registry tells of itself but times, and the folders of its files. */
async function state(registry: Registry, folder: string): Promise<unknown> {
  const models = await registry.listModels();
  const versions = (await Promise.all(models.map(({ name }) => registry.listVersions(name)))).flat();
  for (const version of versions) await registry.verifyVersion(version);
  const list = await registry.listRuns();
  const artifacts = (await Promise.all(list.map(({ id }) => registry.artifacts(id)))).flat();
  for (const { sha256 } of artifacts) await registry.openArtifact(sha256);
  const folders = await Promise.all(
    models.map(async ({ name }) => (await readdir(join(folder, "models", name)).catch(() => [])).sort()),
  );
  return {
    versions: versions.map(({ name, version, aliases }) => ({ name, version, aliases })),
    folders,
    // The process that ended here lives on as this one, whose unfinished files are kept.
    unfinished: (await readdir(join(folder, "unfinished"))).filter((name) => !name.includes(`~${process.pid}~`)),
    runs: list.map(({ id, status }) => ({ id, status })).sort((a, b) => (a.id < b.id ? -1 : 1)),
    artifacts: artifacts.map(({ runId, name, sha256 }) => ({ runId, name, sha256 })),
    moves: await registry.aliasHistory("mails", "champion").then(
      (moves) => moves.map(({ at: _, ...move }) => move),
      () => "none",
    ),
  };
}

async function stateAt(folder: string): Promise<unknown> {
  const registry = await openRegistry(folder);
  try {
    return await state(registry, folder);
  } finally {
    await registry.close();
  }
}

/** A closed registry is whole without the log of its database. */
const copyRegistry = (from: string, to: string) =>
  cp(from, to, { recursive: true, filter: (path) => !/-(wal|shm)$/.test(path) });

/** What is done to a registry, each by a process that is killed at every step of it. */
const CHANGES: Readonly<Record<string, (registry: Registry, folder: string) => Promise<unknown>>> = {
  "a version is published": async (registry, folder) => {
    const [runId] = runs;
    const staging = join(folder, "runs", runId!);
    const [staged] = await readdir(staging);
    return registry.registerVersion({
      name: "mails",
      runId: runId!,
      stagingDirectory: join(staging, staged!),
      describe: (version) => sampleManifest({ name: "mails", version, runId: runId! }),
      documents: () => ({ "README.md": "A model of mails." }),
    });
  },
  "an alias is moved": (registry) => registry.setAlias("mails", "champion", 2, "better"),
  "an alias is taken away": (registry) => registry.removeAlias("mails", "champion", "worse"),
  "a version is deleted": (registry) => registry.deleteVersion("mails", 2),
  "a run is deleted": (registry) => registry.deleteRun(runs[1]!),
  "an artifact is added": (registry) => registry.addArtifact(runs[1]!, "notes.txt", Buffer.from("notes")),
  "a run is finished": (registry) => registry.finishRun(runs[1]!, { status: "finished" }),
};

/**
 * Does `work` in a folder of its own for every step at which its process can end, and at last to its end.
 * @param stride Ends it at every so many steps only. Default: 1.
 */
async function endAtEachStep(
  work: (folder: string) => Promise<() => Promise<unknown>>,
  check: (end: End) => Promise<void>,
  stride = 1,
) {
  const attempt = async (at: number, how: Ending) => {
    const folder = join(directory, `${how}-${at}`);
    const end = await runMortal({ at, how }, await work(folder));
    await check({ folder, ...end });
    await rm(folder, { recursive: true });
    return end;
  };
  let end: Pick<End, "outlived" | "steps">;
  let at = 0;
  do {
    end = await attempt(at, "before");
    at += stride;
  } while (!end.outlived);
  for (const [step, name] of end.steps.entries()) {
    if (step % stride === 0 && hasMiddle(name)) await attempt(step, "half way");
  }
}

interface End {
  readonly folder: string;
  readonly outlived: boolean;
  readonly steps: readonly string[];
}

test.each(Object.entries(CHANGES))(
  "%s: the old state or the new one, at whatever step the process is killed",
  async (_, change) => {
    const old = await stateAt(made);
    const changed = join(directory, "changed");
    await copyRegistry(made, changed);
    const whole = await openRegistry(changed);
    await change(whole, changed);
    await whole.close();
    const fresh = await stateAt(changed);
    expect(fresh).not.toEqual(old);

    const seen = new Set<unknown>();
    let registry: Registry;
    await endAtEachStep(
      async (folder) => {
        await copyRegistry(made, folder);
        registry = await openRegistry(folder);
        return () => change(registry, folder);
      },
      async ({ folder, outlived, steps }) => {
        await registry.close();
        const found = await stateAt(folder);
        // What was acknowledged is there; before, either is right.
        const isOld = !outlived && JSON.stringify(found) === JSON.stringify(old);
        if (!isOld) expect(found, steps.join(", ")).toEqual(fresh);
        seen.add(isOld);
      },
    );
    expect(seen).toEqual(new Set([true, false]));
  },
);

/** They have many steps that are alike, and each trial does all of the work again. */
const STRIDE = 3;

describe("of a small registry", () => {
  let small: string;
  let backup: string;
  beforeEach(async () => {
    [small, backup] = [join(directory, "small"), join(directory, "backup")];
    const registry = await openRegistry(small);
    const { id } = await registry.createRun(sampleRun());
    await registerSample(registry, { name: "mails", runId: id });
    await registry.addArtifact(id, "plots/roc.svg", Buffer.from("<svg/>"));
    await registry.close();
    await backUpRegistry(small, backup);
  });

  test("a restore: nothing or all of it, wherever the process is killed; afterwards it can be done again", async () => {
    const fresh = await stateAt(small);
    await endAtEachStep(
      async (folder) => () => restoreRegistry(backup, folder),
      async ({ folder }) => {
        const registry = await openRegistry(folder);
        const { length } = await registry.listRuns();
        await registry.close();
        if (length === 0) await restoreRegistry(backup, folder);
        expect(await stateAt(folder)).toEqual(fresh);
      },
      STRIDE,
    );
  });

  test("a backup: none or a whole one, wherever the process is killed; afterwards it goes on", async () => {
    const whole = await contentOf(backup);
    await endAtEachStep(
      async (folder) => () => backUpRegistry(small, folder),
      async ({ folder }) => {
        if (!existsSync(folder)) await backUpRegistry(small, folder);
        expect(await contentOf(folder)).toEqual(whole);
        expect(existsSync(`${folder}.unfinished`)).toBe(false);
      },
      STRIDE,
    );
  });
});

/** Every file of a backup, but for its time. */
async function contentOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const texts = await Promise.all(files.sort().map((file) => readFile(file, "utf8")));
  return Object.fromEntries(
    files.map((file, index) => [relative(folder, file), texts[index]!.replace(/"createdAt": "[^"]*"/, "")]),
  );
}
