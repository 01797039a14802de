import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelwrightError, parseScheduleSettings } from "@modelwright/contracts";
import { openRegistry, type Registry } from "@modelwright/registry";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runDue } from "./run-schedule.ts";
import { watchSchedule } from "./watch-schedule.ts";

let folder: string;
let registry: Registry;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "schedule-"));
  registry = await openRegistry(folder);
});
afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

const nightly = parseScheduleSettings({
  jobs: [{ name: "清理", action: "expire", days: 90, when: { cron: "0 3 * * *" } }],
});
const at = (text: string, opened = registry) => ({
  registry: opened,
  location: folder,
  folder,
  now: () => new Date(text),
});
const names = async (...run: Parameters<typeof runDue>) => (await runDue(...run)).map(({ name }) => name);

test("a job is done once when its time comes, however many times were missed, by one of two that look at once", async () => {
  const other = await openRegistry(folder);
  expect(await names(nightly, at("2026-11-28T02:00:00Z"))).toEqual([]);
  expect(await names(nightly, at("2026-11-28T02:59:59Z"))).toEqual([]);
  const both = await Promise.all([registry, other].map((each) => names(nightly, at("2026-12-05T04:00:00Z", each))));
  expect(both.flat()).toEqual(["清理"]);
  expect(await names(nightly, at("2026-12-05T23:00:00Z"))).toEqual([]);
  expect(await names(nightly, at("2026-12-06T03:00:00Z"))).toEqual(["清理"]);
  await other.close();
});

test("a clock put forward and back again keeps no job from its next time", async () => {
  await runDue(nightly, at("2026-11-28T02:00:00Z"));
  expect(await names(nightly, at("2036-11-28T04:00:00Z"))).toEqual(["清理"]);
  expect(await names(nightly, at("2026-11-28T04:00:00Z"))).toEqual([]);
  expect(await names(nightly, at("2026-11-29T03:00:00Z"))).toEqual(["清理"]);
});

test("a job whose process was killed at it stays due, and is done when the lease has run out", async () => {
  await runDue(nightly, at("2026-11-28T02:00:00Z"));
  const killed = (await registry.stores.leases.take("job 清理", "killed", 0.2))!;
  expect(await names(nightly, at("2026-11-28T03:00:00Z"))).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(await names(nightly, at("2026-11-28T03:00:00Z"))).toEqual(["清理"]);
  expect(await killed.leave({})).toBe(false);
});

test("a job that fails says so, and the next one is done", async () => {
  const jobs = parseScheduleSettings({
    jobs: [
      { name: "step", action: "step", model: "nobody", when: { cron: "* * * * *" } },
      ...nightly.jobs.map((job) => ({ ...job, when: { cron: "* * * * *" } })),
    ],
  });
  await runDue(jobs, at("2026-11-28T02:00:00Z"));
  const done = await runDue(jobs, at("2026-11-28T02:02:00Z"));
  expect(done.map(({ name, note }) => [name, note.failed])).toEqual([
    ["step", true],
    ["清理", undefined],
  ]);
});

test("a job of a model that is not there says so, keeps its trigger, and the next one is done", async () => {
  const jobs = parseScheduleSettings({
    jobs: [
      { name: "learn", action: "retrain", model: "nobody", when: { feedback: 1 } },
      { name: "look", action: "step", model: "nobody", when: { alert: "any" } },
      ...nightly.jobs,
    ],
  });
  await runDue(jobs, at("2026-11-28T02:00:00Z"));
  const done = await runDue(jobs, at("2026-11-28T04:00:00Z"));
  expect(done.map(({ name, note }) => [name, note.failed, note.at])).toEqual([
    ["learn", true, "2026-11-28T02:00:00.000Z"],
    ["look", true, "2026-11-28T02:00:00.000Z"],
    ["清理", undefined, "2026-11-28T04:00:00.000Z"],
  ]);
  expect(done[0]!.note.outcome).toContain("nobody");
});

test("while the registry is away a schedule waits, and says so once; what stays wrong is told once", async () => {
  const jobs = parseScheduleSettings({
    jobs: [{ name: "learn", action: "retrain", model: "nobody", when: { feedback: 1 } }],
  });
  const stopped = new AbortController();
  const told: string[] = [];
  let looks = 0;
  const { leases } = registry.stores;
  const take = leases.take.bind(leases);
  vi.spyOn(leases, "take").mockImplementation((...asked) => {
    looks++;
    if (looks === 5) stopped.abort();
    if (looks === 2 || looks === 3) throw new ModelwrightError("REGISTRY_BUSY", { location: folder, waitedMs: 5000 });
    return take(...asked);
  });
  await watchSchedule(jobs, {
    ...at("2026-11-28T02:00:00Z"),
    everyMs: 1,
    signal: stopped.signal,
    onRun: ({ name }) => told.push(name),
    onAway: (error) => told.push(error === undefined ? "back" : "away"),
  });
  expect(told).toEqual(["learn", "away", "back"]);
});

test("what is no time of cron is refused by name before anything is done", async () => {
  const jobs = parseScheduleSettings({
    jobs: [{ name: "a", action: "expire", days: 1, when: { cron: "61 * * * *" } }],
  });
  await expect(runDue(jobs, at("2026-11-28T02:00:00Z"))).rejects.toMatchObject({
    code: "SCHEDULE_CRON_INVALID",
    details: { job: "a", pattern: "61 * * * *" },
  });
  expect(() => parseScheduleSettings({ jobs: [{ name: "a", action: "expire", days: 1, when: {} }] })).toThrow(
    /one of cron, feedback and alert/,
  );
  const misspelt = { name: "a", action: "step", model: "m", when: { alert: "input" } };
  expect(() => parseScheduleSettings({ jobs: [misspelt] })).toThrow(/jobs\.0\.when\.alert.*did you mean "inputs"/);
});
