import { expect, test } from "vitest";
import type { ContractFixture } from "./contract-fixture.ts";
import { registerSample, sampleRun } from "./fixtures.ts";
import { canary } from "./traffic-contract.ts";

const WHY = { by: "安娜", reason: "labels were wrong" };

/** Models and versions that are put away. */
export function archiveContract(current: () => ContractFixture): void {
  const registry = () => current().registry;
  const archive = () => registry().stores.archive;

  const startTraffic = (challenger: number) =>
    registry().stores.traffic.start({ ...canary, model: "tickets", challenger }, WHY);

  /** A model with three versions, the second of which is champion. */
  async function threeVersions(name = "tickets"): Promise<string> {
    const { id } = await registry().createRun(sampleRun());
    for (let i = 0; i < 3; i++) await registerSample(registry(), { name, runId: id });
    await registry().setAlias(name, "champion", 2, "best");
    return id;
  }

  test("a version is kept, but neither the latest, nor an alias's, nor given to be loaded, until it is taken back", async () => {
    await threeVersions();
    await registry().removeAlias("tickets", "champion", "none");
    const before = await registry().revision();
    const archived = await archive().put({ model: "tickets", version: 3 }, WHY);
    expect(archived).toEqual({ ...WHY, what: "tickets:3", at: expect.stringMatching(/Z$/) });
    expect(await registry().revision()).not.toBe(before);
    const again = await current().openAgain();
    expect(await again.resolve("tickets:3")).toMatchObject({ version: 3, archived });
    expect((await again.listVersions("tickets")).map((each) => each.archived)).toEqual([
      undefined,
      undefined,
      archived,
    ]);
    expect(await again.resolve("tickets")).toMatchObject({ version: 2 });
    expect(await again.resolve("tickets@latest")).toMatchObject({ version: 2 });
    expect(await again.listModels()).toMatchObject([{ versions: 3, latestVersion: 2 }]);
    const refusal = { code: "REGISTRY_ARCHIVED", details: archived };
    await expect(again.materialise({ name: "tickets", version: 3 })).rejects.toMatchObject(refusal);
    await expect(again.setAlias("tickets", "champion", 3, "x")).rejects.toMatchObject(refusal);
    await again.verifyVersion({ name: "tickets", version: 3 });
    expect(await archive().put({ model: "tickets", version: 3 }, { by: "bob", reason: "again" })).toEqual(archived);

    const whileAway = await registry().revision();
    expect(await archive().takeBack({ model: "tickets", version: 3 })).toBe(true);
    expect(await archive().takeBack({ model: "tickets", version: 3 })).toBe(false);
    expect(await registry().revision()).not.toBe(whileAway);
    expect(await again.resolve("tickets")).toMatchObject({ version: 3 });
    expect(await registry().materialise({ name: "tickets", version: 3 })).toEqual(expect.any(String));
  });

  test("a model takes its versions with it, and gets no new one", async () => {
    const run = await threeVersions();
    await registry().removeAlias("tickets", "champion", "none");
    const archived = await archive().put({ model: "tickets" }, WHY);
    expect(await registry().listModels()).toMatchObject([{ name: "tickets", versions: 3, archived }]);
    expect((await registry().listModels())[0]!.latestVersion).toBeUndefined();
    const refusal = { code: "REGISTRY_ARCHIVED", details: archived };
    await expect(registry().resolve("tickets")).rejects.toMatchObject(refusal);
    await expect(registry().resolve("tickets@latest")).rejects.toMatchObject(refusal);
    await expect(registry().materialise({ name: "tickets", version: 1 })).rejects.toMatchObject(refusal);
    await expect(registry().setAlias("tickets", "champion", 1, "x")).rejects.toMatchObject(refusal);
    await expect(registerSample(registry(), { name: "tickets", runId: run })).rejects.toMatchObject(refusal);
    // A version that was put away by itself stays so.
    await archive().put({ model: "tickets", version: 1 }, WHY);
    expect(await archive().takeBack({ model: "tickets" })).toBe(true);
    expect((await registry().listVersions("tickets")).map((each) => each.archived?.what)).toEqual([
      "tickets:1",
      undefined,
      undefined,
    ]);
    expect((await registerSample(registry(), { name: "tickets", runId: run })).version).toBe(4);
  });

  test("what an alias or traffic points at is not put away, nor its model", async () => {
    await threeVersions();
    const aliased = { code: "REGISTRY_VERSION_ALIASED", details: { version: 2, change: "archived" } };
    await expect(archive().put({ model: "tickets", version: 2 }, WHY)).rejects.toMatchObject(aliased);
    await expect(archive().put({ model: "tickets" }, WHY)).rejects.toMatchObject(aliased);
    await startTraffic(3);
    const busy = { code: "REGISTRY_VERSION_IN_TRAFFIC", details: { version: 3, change: "archived" } };
    await expect(archive().put({ model: "tickets", version: 3 }, WHY)).rejects.toMatchObject(busy);
    await archive().put({ model: "tickets", version: 1 }, WHY);
    expect((await registry().listVersions("tickets")).filter((each) => each.archived).length).toBe(1);
  });

  test("traffic cannot go to what is put away", async () => {
    await threeVersions();
    const archived = await archive().put({ model: "tickets", version: 3 }, WHY);
    const refusal = { code: "REGISTRY_ARCHIVED", details: archived };
    await expect(startTraffic(3)).rejects.toMatchObject(refusal);
  });

  test("a roll-back passes over what is put away", async () => {
    await threeVersions();
    await registry().setAlias("tickets", "champion", 1, "older");
    await registry().setAlias("tickets", "champion", 3, "newest");
    await archive().put({ model: "tickets", version: 1 }, WHY);
    expect((await registry().rollback("tickets", "champion")).version).toBe(2);
  });

  test("what is deleted is put away no more, and its number is not given again", async () => {
    const run = await threeVersions();
    await archive().put({ model: "tickets", version: 3 }, WHY);
    await registry().deleteVersion("tickets", 3);
    expect((await registerSample(registry(), { name: "tickets", runId: run })).version).toBe(4);
    expect(await registry().listModels()).toMatchObject([{ versions: 3, latestVersion: 4 }]);
    await expect(archive().takeBack({ model: "tickets", version: 3 })).rejects.toMatchObject({
      code: "REGISTRY_VERSION_UNKNOWN",
    });
  });

  test("what is not there, or says nothing, is refused", async () => {
    await threeVersions();
    const put = (model: string, version?: number, why = WHY) =>
      archive().put({ model, ...(version !== undefined && { version }) }, why);
    await expect(put("tikets")).rejects.toMatchObject({ code: "REGISTRY_MODEL_UNKNOWN" });
    await expect(put("tickets", 9)).rejects.toMatchObject({ code: "REGISTRY_VERSION_UNKNOWN" });
    await expect(put("tickets", 3, { ...WHY, reason: " " })).rejects.toMatchObject({ code: "REGISTRY_VALUE_INVALID" });
    await expect(put("tickets", 3, { ...WHY, by: "" })).rejects.toMatchObject({ code: "REGISTRY_NAME_INVALID" });
  });
}
