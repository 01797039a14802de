import { beforeEach, expect, test } from "vitest";
import type { NewTrafficPolicy } from "../traffic/traffic-policy.ts";
import type { ContractFixture } from "./contract-fixture.ts";
import { registerSample, sampleRun } from "./fixtures.ts";

const model = "mail-triage";
const because = { by: "林", reason: "new rows of May" };
/** A policy that version 2 of the model is tried by. */
export const canary: NewTrafficPolicy = {
  model,
  kind: "canary",
  challenger: 2,
  unit: "subject",
  ramp: [1, 10, 100],
  rules: {
    goal: "no worse",
    alpha: 0.05,
    leastRequests: 500,
    errorMargin: 0.01,
    latencyRatio: 1.5,
    qualityMargin: 0.02,
    needsQuality: true,
  },
  endsAt: "2999-12-31T00:00:00.000Z",
};

/** How traffic is divided, on a model with versions 1, 2 and 3, of which 1 is the champion. */
export function trafficContract(current: () => ContractFixture): void {
  const store = () => current().registry.stores.traffic;
  const champion = async () => (await current().registry.resolve(`${model}@champion`)).version;

  beforeEach(async () => {
    const { registry } = current();
    const { id: runId } = await registry.createRun(sampleRun());
    for (let version = 1; version <= 3; version++) await registerSample(registry, { name: model, runId });
    await registry.setAlias(model, "champion", 1, "first");
  });

  test("a policy is kept with who divided the traffic, why, and by which numbers", async () => {
    expect([await store().last(model), await store().running(), await store().history(model)]).toEqual([
      undefined,
      [],
      [],
    ]);
    const started = await store().start(canary, because);
    expect(started).toEqual({
      ...because,
      ordinal: 1,
      at: started.policy.startedAt,
      policy: {
        ...canary,
        id: expect.stringMatching(/^[0-9a-f]{12}$/),
        champion: 1,
        percent: 1,
        startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        state: "running",
      },
    });
    const evidence = { errors: [0.1, Number.POSITIVE_INFINITY], 说明: null };
    const stepped = await store().change(model, {
      from: 1,
      percent: 10,
      by: "controller",
      reason: "no worse",
      evidence,
    });
    expect(stepped).toMatchObject({
      ordinal: 2,
      by: "controller",
      evidence,
      policy: { ...started.policy, percent: 10 },
    });
    const again = await current().openAgain();
    expect(await again.stores.traffic.history(model)).toEqual([started, stepped]);
    expect(await again.stores.traffic.last(model)).toEqual(stepped);
    expect(await again.stores.traffic.running()).toEqual([stepped.policy]);
    expect(await champion()).toBe(1);
  });

  test("a promotion and the alias are one change, and so is taking it back", async () => {
    await store().start(canary, because);
    await store().change(model, { from: 1, state: "promoted", by: "controller", reason: "shown to be no worse" });
    expect([await champion(), await store().running()]).toEqual([2, []]);
    await store().change(model, { from: 2, state: "rolled-back", by: "林", reason: "complaints" });
    expect(await champion()).toBe(1);
    const moves = await current().registry.aliasHistory(model, "champion");
    expect(moves.slice(1).map(({ from, to, reason }) => ({ from, to, reason }))).toEqual([
      { from: 1, to: 2, reason: "shown to be no worse" },
      { from: 2, to: 1, reason: "complaints" },
    ]);
  });

  test.each(["rolled-back", "stopped", "inconclusive"] as const)("what is %s leaves the champion", async (state) => {
    await store().start(canary, because);
    await store().change(model, { ...because, from: 1, state });
    expect([await champion(), await store().running()]).toEqual([1, []]);
    for (const next of ["running", "promoted", "stopped"] as const) {
      await expect(store().change(model, { ...because, from: 2, state: next })).rejects.toMatchObject({
        code: "TRAFFIC_ENDED",
        details: { state, wanted: next },
      });
    }
    const { ordinal, policy } = await store().start({ ...canary, challenger: 3 }, because);
    expect([ordinal, policy.challenger]).toEqual([3, 3]);
  });

  test("a champion that was moved meanwhile is not overwritten, and nothing is recorded", async () => {
    await store().start(canary, because);
    await current().registry.setAlias(model, "champion", 3, "by hand");
    await expect(store().change(model, { ...because, from: 1, state: "promoted" })).rejects.toMatchObject({
      code: "REGISTRY_ALIAS_MOVED",
      details: { from: 1, now: 3 },
    });
    expect([await champion(), (await store().history(model)).length]).toEqual([3, 1]);
  });

  test("of those who decide by the same state at once, one does", async () => {
    await store().start(canary, because);
    const others = await Promise.all([1, 2, 3].map(() => current().openAgain()));
    const results = await Promise.allSettled(
      others.map(({ stores }) => stores.traffic.change(model, { ...because, from: 1, percent: 10 })),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const lost = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    for (const error of lost) expect(error).toMatchObject({ code: "TRAFFIC_CHANGED", details: { from: 1, now: 2 } });
    expect((await store().last(model))?.policy.percent).toBe(10);
  });

  test("is divided once at a time, between two versions that are there", async () => {
    const { registry } = current();
    await expect(store().start({ ...canary, challenger: 1 }, because)).rejects.toMatchObject({
      code: "TRAFFIC_CHALLENGER_IS_CHAMPION",
    });
    await expect(store().start({ ...canary, challenger: 9 }, because)).rejects.toMatchObject({
      code: "REGISTRY_VERSION_UNKNOWN",
    });
    await expect(store().start({ ...canary, model: "mail-trage" }, because)).rejects.toMatchObject({
      code: "REGISTRY_MODEL_UNKNOWN",
    });
    await expect(store().change(model, { ...because, from: 0 })).rejects.toMatchObject({ code: "TRAFFIC_ABSENT" });
    const started = await Promise.allSettled(
      [2, 3].map((challenger) => store().start({ ...canary, challenger }, because)),
    );
    expect(started.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const error = started.find((result) => result.status === "rejected")?.reason;
    expect(error).toMatchObject({ code: "TRAFFIC_RUNNING", details: { model, kind: "canary", champion: 1 } });
    await store().change(model, { ...because, from: 1, state: "stopped" });
    await registry.removeAlias(model, "champion", "paused");
    await expect(store().start(canary, because)).rejects.toMatchObject({ code: "TRAFFIC_CHAMPION_ABSENT" });
  });

  test("a version that traffic goes to is not deleted until it is over", async () => {
    const { registry } = current();
    await store().start(canary, because);
    await expect(registry.deleteVersion(model, 2)).rejects.toMatchObject({
      code: "REGISTRY_VERSION_IN_TRAFFIC",
      details: { version: 2, kind: "canary" },
    });
    await registry.verifyVersion(await registry.getVersion(model, 2));
    await registry.deleteVersion(model, 3);
    await store().change(model, { ...because, from: 1, state: "stopped" });
    await registry.deleteVersion(model, 2);
    expect((await store().history(model)).map(({ policy }) => policy.challenger)).toEqual([2, 2]);
  });

  test("each change is a revision, so that servers see it", async () => {
    const { registry } = current();
    const revisions = [await registry.revision()];
    await store().start(canary, because);
    revisions.push(await registry.revision());
    await store().change(model, { ...because, from: 1, percent: 10 });
    revisions.push(await registry.revision());
    await store().change(model, { ...because, from: 2, state: "stopped" });
    revisions.push(await registry.revision());
    expect(new Set(revisions).size).toBe(4);
  });

  test("what breaks a rule is refused by name, and nothing is kept", async () => {
    const { rules } = canary;
    const bad: readonly [string, Partial<NewTrafficPolicy>][] = [
      ["ramp", { ramp: [] }],
      ["ramp", { ramp: [10, 5, 100] }],
      ["ramp", { ramp: [1, 10] }],
      ["ramp", { kind: "split", ramp: [100] }],
      ["ramp", { kind: "shadow", ramp: [10, 100] }],
      ["ramp[0]", { ramp: [-1, 100] }],
      ["kind", { kind: "mirror" as "shadow" }],
      ["unit", { unit: "cookie" as "client" }],
      ["rules.alpha", { rules: { ...rules, alpha: 0.5 } }],
      ["rules.leastRequests", { rules: { ...rules, leastRequests: 0 } }],
      ["rules.latencyRatio", { rules: { ...rules, latencyRatio: 0.9 } }],
      ["rules.errorMargin", { rules: { ...rules, errorMargin: -0.1 } }],
      ["endsAt", { endsAt: "2020-01-01T00:00:00.000Z" }],
    ];
    for (const [where, change] of bad) {
      await expect(store().start({ ...canary, ...change }, because), where).rejects.toMatchObject({
        code: "REGISTRY_VALUE_INVALID",
        details: { where },
      });
    }
    for (const reason of ["", " ", "a\0b"]) {
      await expect(store().start(canary, { by: "林", reason })).rejects.toMatchObject({
        details: { where: "reason" },
      });
    }
    expect(await store().history(model)).toEqual([]);
    await store().start(canary, because);
    for (const percent of [0.5, 1, 100]) {
      await expect(store().change(model, { ...because, from: 1, percent })).rejects.toMatchObject({
        details: { where: "percent" },
      });
    }
    expect(await store().history(model)).toHaveLength(1);
  });
}
