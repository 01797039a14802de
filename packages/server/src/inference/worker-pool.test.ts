import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ModelFolder } from "./messages.ts";
import { WorkerPool } from "./worker-pool.ts";

test("a worker that shares bases otherwise than the first takes no batch: they are made for that one", async () => {
  const directory = await mkdtemp(join(tmpdir(), "modelwright-pool-"));
  const problems: string[] = [];
  const pool = await WorkerPool.start({
    workers: 1,
    loading: { threads: 1, executionProvider: "cpu", maxBatch: 4, shareBases: true },
    entry: new URL("./fixtures/changing-worker.mjs", import.meta.url),
    onWorkerDied: (problem) => problems.push(problem),
  });
  try {
    const sharing = await pool.load({ id: "base", models: [{ directory } as ModelFolder] });
    expect(sharing).toMatchObject({ members: ["a:1", "b:1"] });
    const { signal } = new AbortController();
    const batch = { model: "base", items: ["x"], options: {}, isLone: false, signal };
    expect(await pool.execute(batch)).toEqual({ answers: ["x"] });
    expect(problems).toEqual(["the thread ended", expect.stringContaining("share their base otherwise")]);
  } finally {
    await pool.close();
    await rm(directory, { recursive: true });
  }
});
