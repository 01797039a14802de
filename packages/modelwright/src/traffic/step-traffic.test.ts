import type { Registry } from "@modelwright/registry";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTraffic } from "./start-traffic.ts";
import { lookAtTraffic, stepTraffic } from "./step-traffic.ts";
import { HAM, openMails, recordTraffic } from "./testing/recorded-traffic.ts";
import { watchTraffic } from "./watch-traffic.ts";

const NOW = { settleMs: 0 };
const because = { by: "林", reason: "new rows of May" };

let registry: Registry;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ registry, remove } = await openMails());
});

afterEach(() => remove());

const start = (options: Partial<Parameters<typeof startTraffic>[1]> = {}) =>
  startTraffic(registry, {
    challenger: "mails:2",
    kind: "canary",
    ramp: [20, 50, 100],
    ...because,
    ...options,
    rules: { leastRequests: 200, ...options.rules },
  });
const champion = async () => (await registry.resolve("mails@champion")).version;
const fine = () => ({});

describe("a canary", () => {
  test("goes its steps and becomes champion, each with why and by which numbers", async () => {
    await start({ rules: { qualityMargin: 0.1 } });
    await recordTraffic(registry, { requests: 1500, outcome: fine });
    expect((await stepTraffic(registry, "mails", NOW)).changed).toMatchObject({ ordinal: 2, policy: { percent: 50 } });
    // At a new step each arm is to have its requests again.
    expect((await stepTraffic(registry, "mails", NOW)).decision).toMatchObject({ verdict: "hold" });
    await recordTraffic(registry, { requests: 1000, first: 1500, outcome: fine });
    const { changed } = await stepTraffic(registry, "mails", NOW);
    expect(changed).toMatchObject({
      ordinal: 3,
      by: "modelwright traffic step",
      reason: expect.stringMatching(/^no worse: failed 0.0 %.*right, by its own probabilities/),
      policy: { state: "promoted" },
      evidence: { champion: { predictions: expect.any(Number) }, measures: expect.any(Array) },
    });
    expect(await champion()).toBe(2);
    expect(await stepTraffic(registry, "mails", NOW)).not.toHaveProperty("changed");
    expect(await registry.stores.traffic.history("mails")).toHaveLength(3);
  });

  test("is compared with as many of the champion's subjects, and only while both answered", async () => {
    await start();
    // Before the challenger answers for the first time, servers load it: all goes to the champion.
    const { policy } = (await registry.stores.traffic.last("mails"))!;
    const early = Array.from({ length: 500 }, (_, i) => ({
      id: `00000000-0000-7000-9000-${i.toString(16).padStart(12, "0")}.0`,
      model: "mails",
      version: 1,
      arm: "champion" as const,
      at: policy.startedAt,
      latencyMs: 10,
      answer: HAM,
    }));
    await registry.stores.predictions.append(early);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await recordTraffic(registry, { requests: 2000, outcome: fine });
    const { evidence } = await lookAtTraffic(registry, "mails", NOW);
    for (const arm of [evidence.champion, evidence.challenger]) {
      expect(arm.predictions).toBeGreaterThan(320);
      expect(arm.predictions).toBeLessThan(480);
    }
  });

  test.each([
    ["fails", { error: "SERVER_TIMEOUT" }, /worse: failed 100.0 %, the champion 0.0 %/],
    ["is slow", { latencyMs: 16 }, /worse: slower than 15 ms 100.0 %, the champion 0.0 %/],
    ["is unsure", { answer: { label: "ham", probability: 0.6 } }, /worse: right, by its own probabilities 60.0 %/],
  ])("that %s is rolled back, and the champion answers all", async (_, outcome, reason) => {
    await start();
    await recordTraffic(registry, { requests: 1500, outcome: (arm) => (arm === "challenger" ? outcome : {}) });
    const { changed } = await stepTraffic(registry, "mails", NOW);
    expect(changed).toMatchObject({ reason: expect.stringMatching(reason), policy: { state: "rolled-back" } });
    expect([await champion(), await registry.stores.traffic.running()]).toEqual([1, []]);
  });

  test("is judged by what came out once that is known, whatever its probabilities say", async () => {
    await start({ kind: "split", ramp: [50] });
    const sure = { answer: { label: "spam", probability: 0.99 } };
    const rows = await recordTraffic(registry, {
      requests: 2000,
      outcome: (arm) => (arm === "challenger" ? sure : {}),
    });
    await registry.stores.feedback.add(
      rows.map(({ id }) => ({ prediction: id, kind: "truth" as const, value: "ham", at: new Date().toISOString() })),
    );
    const { changed, evidence } = await stepTraffic(registry, "mails", NOW);
    expect(changed?.reason).toMatch(/worse: right answers 0.0 %, the champion 100.0 %/);
    expect(evidence.measures.estimated.challenger.mean).toBeCloseTo(0.99, 10);
  });

  test("is judged by complaints of all that was answered; what was rejected in review is none", async () => {
    await start({ kind: "split", ramp: [50] });
    const rows = await recordTraffic(registry, { requests: 2000, outcome: fine });
    const complaints = rows.map(({ id, arm }, i) => ({
      prediction: id,
      kind: arm === "challenger" ? ("correction" as const) : ("thumb" as const),
      value: arm === "challenger" ? "spam" : "up",
      state: i % 2 === 0 ? ("rejected" as const) : ("new" as const),
    }));
    await registry.stores.feedback.add(complaints);
    const { changed, evidence } = await stepTraffic(registry, "mails", NOW);
    expect(changed?.reason).toMatch(/worse: complained of \d\d\.\d %, the champion 0.0 %/);
    expect(evidence.measures.complaints.challenger.mean).toBeGreaterThan(0.4);
    expect(evidence.measures.complaints.challenger.mean).toBeLessThan(0.6);
    expect(evidence.measures.quality.challenger.count).toBe(0);
  });

  test("counts a subject once, however often it asks", async () => {
    await start({ kind: "split", ramp: [50] });
    await recordTraffic(registry, { requests: 2000, outcome: fine, subject: (i) => `user-${i % 20}` });
    const { evidence, decision } = await lookAtTraffic(registry, "mails", NOW);
    expect(evidence.champion.units + evidence.challenger.units).toBe(20);
    expect(evidence.champion.predictions + evidence.challenger.predictions).toBeGreaterThan(1900);
    expect(decision?.verdict).toBe("hold");
  });
});

test("a shadow is compared item by item, and ends as what a canary can follow", async () => {
  await start({ kind: "shadow", ramp: [50] });
  await recordTraffic(registry, { requests: 1000, outcome: fine });
  const { evidence, changed } = await stepTraffic(registry, "mails", NOW);
  expect(evidence.champion).toEqual(evidence.challenger);
  expect(evidence.champion.predictions).toBeGreaterThan(400);
  expect(evidence.champion.predictions).toBeLessThan(600);
  expect(evidence.measures.failures.paired).toMatchObject({ mean: 0, count: evidence.champion.units });
  expect(changed).toMatchObject({
    policy: { state: "stopped" },
    reason: expect.stringContaining("a canary can follow"),
  });
  expect(await champion()).toBe(1);
});

test("a shadow that fails where the champion answers is worse, and nobody noticed", async () => {
  await start({ kind: "shadow", ramp: [100] });
  await recordTraffic(registry, {
    requests: 600,
    outcome: (arm, i) => (arm === "shadow" && i % 3 === 0 ? { error: "SERVER_WORKER_FAILED" } : {}),
  });
  const { changed } = await stepTraffic(registry, "mails", NOW);
  expect(changed?.reason).toMatch(/worse: failed 33.3 %, the champion 0.0 %/);
});

test("two controllers do what one would", async () => {
  await start();
  await recordTraffic(registry, { requests: 1500, outcome: fine });
  const steps = await Promise.all([1, 2, 3].map(() => stepTraffic(registry, "mails", NOW)));
  expect(steps.filter(({ changed }) => changed !== undefined)).toHaveLength(1);
  expect((await registry.stores.traffic.last("mails"))?.policy.percent).toBe(50);
});

test("a champion that was moved meanwhile ends the comparison, and stays", async () => {
  await start();
  await registry.setAlias("mails", "champion", 3, "by hand");
  const { changed } = await stepTraffic(registry, "mails", NOW);
  expect(changed).toMatchObject({ policy: { state: "stopped" }, reason: expect.stringContaining("version 3") });
  expect(await champion()).toBe(3);
});

test("what was sent to a pinned version, or to another one, is nobody's", async () => {
  await start({ kind: "split", ramp: [50] });
  const rows = await recordTraffic(registry, { requests: 100, outcome: fine });
  const others = rows.map((row, i) => ({
    ...row,
    id: row.id.replace("-8000-", "-9000-"),
    ...(i % 2 === 0 ? { arm: "pinned" as const } : { version: 3 }),
  }));
  await registry.stores.predictions.append(others);
  const { evidence } = await lookAtTraffic(registry, "mails", NOW);
  const compared = evidence.champion.predictions + evidence.challenger.predictions;
  expect(compared > 50 && compared <= 100).toBe(true);
});

test("what was never divided is refused by name", async () => {
  await expect(stepTraffic(registry, "mails")).rejects.toMatchObject({ code: "TRAFFIC_ABSENT" });
  await expect(stepTraffic(registry, "mail")).rejects.toMatchObject({ code: "REGISTRY_MODEL_UNKNOWN" });
});

describe("a watch", () => {
  const watch = (watched: Registry, told: string[]) =>
    watchTraffic(watched, "mails", {
      ...NOW,
      everyMs: 1,
      signal: AbortSignal.timeout(20_000),
      onStep: ({ changed }) => told.push(changed === undefined ? "held" : changed.policy.state),
      onAway: (error) => told.push(error === undefined ? "back" : "away"),
    });

  test("ends with the policy", async () => {
    await start();
    await recordTraffic(registry, {
      requests: 1500,
      outcome: (arm) => (arm === "challenger" ? { error: "SERVER_TIMEOUT" } : {}),
    });
    const told: string[] = [];
    expect((await watch(registry, told))?.changed?.policy.state).toBe("rolled-back");
    expect(told).toEqual(["rolled-back"]);
  });

  test("outlives a registry that is away, and says so once", async () => {
    await start();
    let asked = 0;
    const { ModelwrightError } = await import("@modelwright/contracts");
    const traffic = {
      ...registry.stores.traffic,
      last: async (model: string) => {
        asked++;
        if (asked < 4) throw new ModelwrightError("REGISTRY_BUSY", { location: "here", waitedMs: 1 });
        await registry.setAlias("mails", "champion", 3, "by hand");
        return registry.stores.traffic.last(model);
      },
      history: (model: string) => registry.stores.traffic.history(model),
      change: (...change: Parameters<typeof registry.stores.traffic.change>) =>
        registry.stores.traffic.change(...change),
    };
    const told: string[] = [];
    const away = new Proxy(registry, {
      get: (target, key) => {
        if (key === "stores") return { ...target.stores, traffic };
        const value = Reflect.get(target, key) as unknown;
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    await watch(away, told);
    expect(told).toEqual(["away", "back", "stopped"]);
  });
});
