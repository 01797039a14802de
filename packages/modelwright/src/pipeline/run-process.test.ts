import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { parseRecipe } from "@modelwright/contracts";
import { openRegistry, type Registry } from "@modelwright/registry";
import { afterEach, beforeEach, expect, test } from "vitest";
import { activeProcess, settleKilledRuns, thisProcess } from "./run-process.ts";

let directory: string;
let registry: Registry;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "run-process-"));
  registry = await openRegistry(directory);
});
afterEach(async () => {
  await registry.close();
  await rm(directory, { recursive: true });
});

test("only runs of this machine whose process is gone are interrupted", async () => {
  const recipe = parseRecipe({ name: "mails", task: "text-classification", data: { source: "mails.csv" } });
  const start = async (process: Record<string, string | number> | undefined) => {
    const run = { recipe, recipeSha256: "", experiment: "mails", seed: 7, environment: {} };
    const { id } = await registry.createRun(run);
    if (process !== undefined) await registry.updateRun(id, { summary: { process } });
    return id;
  };
  const gone = spawnSync(process.execPath, ["--version"]).pid;
  const runs = {
    killed: await start({ host: hostname(), pid: gone }),
    numberGivenAgain: await start({ host: hostname(), pid: process.pid, began: "1" }),
    atWork: await start({ ...thisProcess() }),
    elsewhere: await start({ host: "another-machine", pid: gone }),
    unknown: await start(undefined),
  };
  await settleKilledRuns(registry);
  const statuses = Object.entries(runs).map(async ([name, id]) => [name, (await registry.getRun(id)).status]);
  const tells = process.platform === "linux" ? "interrupted" : "running";
  expect(Object.fromEntries(await Promise.all(statuses))).toEqual({
    killed: "interrupted",
    numberGivenAgain: tells,
    atWork: "running",
    elsewhere: "running",
    unknown: "running",
  });
  expect(activeProcess(await registry.getRun(runs.atWork))?.pid).toBe(process.pid);
  expect(activeProcess(await registry.getRun(runs.elsewhere))).toBeUndefined();
});
