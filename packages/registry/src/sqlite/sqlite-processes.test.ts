import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Libsql from "libsql";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRegistry } from "../open-registry.ts";
import { sampleRun } from "../testing/fixtures.ts";
import { describeProcessContract } from "../testing/process-contract.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "registry-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describeProcessContract(
  "SQLite in a folder",
  () => ({
    location: directory,
    files: directory,
    async expectSoundDatabase() {
      const sqlite = new Libsql(join(directory, "registry.db"));
      expect(sqlite.pragma("integrity_check")).toEqual([{ integrity_check: "ok" }]);
      expect(sqlite.pragma("foreign_key_check")).toEqual([]);
      sqlite.close();
    },
  }),
  { rounds: 5 },
);

test("processes that open a new registry at once all find it whole", async () => {
  const opened = await Promise.all(Array.from({ length: 5 }, () => openRegistry({ directory })));
  const runs = await Promise.all(opened.map((each) => each.createRun(sampleRun())));
  for (const each of opened) {
    expect((await each.listRuns()).length).toBe(runs.length);
    await each.close();
  }
});
