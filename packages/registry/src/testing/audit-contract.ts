import { hostname, userInfo } from "node:os";
import { expect, test } from "vitest";
import type { ContractFixture } from "./contract-fixture.ts";
import { registerSample, sampleRun } from "./fixtures.ts";
import { momentOf, prediction } from "./prediction-contract.ts";
import { canary } from "./traffic-contract.ts";

/** Who changed what. */
export function auditContract(current: () => ContractFixture): void {
  const store = () => current().registry.stores.audit;
  const told = async () => (await store().list()).records.map(({ action, target }) => `${action} ${target}`);
  const by = { kind: "key", name: "shop", key: "0123456789ab", from: "192.0.2.7" } as const;

  test("what changes something is written down: who, from where, when, and what it was before", async () => {
    const { registry } = current();
    const before = new Date().toISOString();
    const { id } = await registry.createRun(sampleRun());
    for (let i = 0; i < 2; i++) await registerSample(registry, { name: "tickets", runId: id });
    expect(await told()).toEqual([]);
    await registry.setAlias("tickets", "champion", 1, "first");
    await registry.setAlias("tickets", "champion", 2, "更好");
    const { records, earlier, missing, unreadable } = await store().list();
    expect([earlier, missing, unreadable]).toEqual([0, 0, []]);
    expect(records).toEqual(
      [
        { ordinal: 1, details: { from: null, to: 1 } },
        { ordinal: 2, details: { from: 1, to: 2 } },
      ].map((each) => ({
        ...each,
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        by: { kind: "user", name: userInfo().username, from: hostname() },
        action: "alias.set",
        model: "tickets",
        target: "tickets@champion",
        outcome: "done",
      })),
    );
    expect(records[0]!.at >= before && records[1]!.at >= records[0]!.at).toBe(true);
    expect(await (await current().openAgain()).stores.audit.list()).toEqual({ records, earlier, missing, unreadable });
  });

  test("every way to change what is served, who may ask, and what is kept of people has its row", async () => {
    const { registry } = current();
    const { keys, predictions, feedback, traffic, archive } = registry.stores;
    const { record, token } = await keys.create({ name: "shop", roles: ["predict"], models: ["mail-triage"] });
    await keys.revoke("shop");
    await keys.revoke(record.id);
    const { id } = await registry.createRun(sampleRun());
    for (let i = 0; i < 3; i++) await registerSample(registry, { name: "mail-triage", runId: id });
    await registry.setAlias("mail-triage", "champion", 1, "first");
    await registry.setAlias("mail-triage", "champion", 1, "nothing moves");
    await traffic.start(canary, { by: "ann", reason: "try" });
    await traffic.change("mail-triage", { from: 1, state: "promoted", by: "ann", reason: "good" });
    await registry.rollback("mail-triage", "champion");
    await registry.removeAlias("mail-triage", "champion", "off");
    const third = { model: "mail-triage", version: 3 };
    await archive.put(third, { by: "ann", reason: "weak" });
    await archive.put(third, { by: "ann", reason: "again" });
    await archive.takeBack(third);
    await archive.takeBack(third);
    await registry.deleteVersion("mail-triage", 3);
    const { id: other } = await registry.createRun(sampleRun());
    await registry.deleteRun(other);
    const seen = [1, 2, 3].map((minute) => prediction(minute, { model: "mail-triage", subject: "anna@example.org" }));
    await predictions.append(seen);
    await feedback.add(seen.map(({ id: prediction }) => ({ id: prediction, prediction, kind: "thumb", value: "up" })));
    const ids = seen.map(({ id: prediction }) => prediction);
    await feedback.decide(ids.slice(0, 2), { state: "accepted", by: "ann" });
    await feedback.decide(ids, { state: "accepted", by: "ann" });
    await feedback.decide(ids, { state: "accepted", by: "ann" });
    await predictions.erase("anna@example.org");
    await predictions.append([prediction(4)]);
    await predictions.expire(momentOf(5));
    await predictions.expire(momentOf(5));
    expect(await told()).toEqual([
      "key.create key shop",
      "key.revoke key shop",
      "alias.set mail-triage@champion",
      "traffic.start mail-triage:2",
      "alias.set mail-triage@champion",
      "traffic.end mail-triage:2",
      "alias.rollback mail-triage@champion",
      "alias.remove mail-triage@champion",
      "archive.put mail-triage:3",
      "archive.restore mail-triage:3",
      "version.delete mail-triage:3",
      `run.delete run ${other}`,
      "feedback.decide feedback on mail-triage",
      "feedback.decide feedback on mail-triage",
      "predictions.erase predictions of a subject",
      "predictions.expire old predictions",
    ]);
    const { records } = await store().list();
    const detailsOf = (action: string) =>
      records.filter((each) => each.action === action).map(({ details }) => details);
    expect(detailsOf("key.create")).toEqual([{ key: record.id, roles: ["predict"], models: ["mail-triage"] }]);
    expect(detailsOf("feedback.decide").map((details) => details["entries"])).toEqual([2, 1]);
    expect(detailsOf("predictions.erase")).toEqual([{ predictions: 3, feedback: 3 }]);
    expect(detailsOf("predictions.expire")).toEqual([{ before: momentOf(5), predictions: 1, feedback: 0 }]);
    // Neither who is to be forgotten, nor a key, nor an answer.
    expect(JSON.stringify(records)).not.toMatch(new RegExp(`anna@|${token.slice(-43)}|"up"`));
  });

  test("what is refused changes nothing, and is not there", async () => {
    const { registry } = current();
    await registry.stores.keys.create({ name: "shop", roles: ["read"] });
    const before = await told();
    await expect(registry.stores.keys.create({ name: "shop", roles: ["read"] })).rejects.toThrow();
    await expect(registry.stores.keys.revoke("shopp")).rejects.toThrow();
    await expect(registry.setAlias("nothing", "champion", 1, "")).rejects.toThrow();
    await expect(registry.deleteVersion("nothing", 1)).rejects.toThrow();
    await expect(registry.deleteRun("20260101-000000-abcd")).rejects.toThrow();
    expect(await told()).toEqual(before);
  });

  test("what a server does is noted with the key that asked for it, and how it ended", async () => {
    await store().note({ action: "model.load", model: "tickets", target: "tickets" }, by);
    const failed = { action: "model.unload", model: "tickets", target: "tickets", outcome: "SERVER_INTERNAL" } as const;
    await store().note(failed, { kind: "anyone", from: "127.0.0.1" });
    expect((await store().list()).records).toMatchObject([
      { by, outcome: "done", details: {} },
      { by: { kind: "anyone", from: "127.0.0.1" }, outcome: "SERVER_INTERNAL" },
    ]);
  });

  test("rows are found by model, by time and the newest of them, and numbered without gaps by many at once", async () => {
    const registries = await Promise.all([1, 2, 3].map(() => current().openAgain()));
    await Promise.all(
      registries.flatMap((registry, index) =>
        ["a", "b"].map((model) => registry.stores.audit.note({ action: "model.load", model, target: `${index}` }, by)),
      ),
    );
    const { records } = await store().list();
    expect(records.map(({ ordinal }) => ordinal)).toEqual([1, 2, 3, 4, 5, 6]);
    const ofA = records.filter(({ model }) => model === "a");
    expect(await store().list({ model: "a" })).toMatchObject({ records: ofA, earlier: 0 });
    expect(await store().list({ model: "a", limit: 1 })).toMatchObject({ records: ofA.slice(-1), earlier: 2 });
    const since = new Date(Date.parse(records.at(-1)!.at) + 1).toISOString();
    expect(await store().list({ since })).toMatchObject({ records: [], earlier: 0, missing: 0 });
    expect(await store().list({ since: records[0]!.at })).toMatchObject({ records });
    for (const wrong of [{ model: "../x" }, { since: "yesterday" }]) {
      await expect(store().list(wrong)).rejects.toMatchObject({
        code: expect.stringMatching(/^REGISTRY_(NAME|VALUE)_INVALID$/),
      });
    }
  });
}
