import { beforeEach, expect, test } from "vitest";
import type { ContractFixture } from "./contract-fixture.ts";
import { registerSample, sampleRun } from "./fixtures.ts";

const name = "mail-triage";

/** Aliases, references and roll-back, on a model with versions 1, 2 and 3. */
export function aliasContract(current: () => ContractFixture): void {
  beforeEach(async () => {
    const { registry } = current();
    const { id: runId } = await registry.createRun(sampleRun());
    for (let version = 1; version <= 3; version++) await registerSample(registry, { name, runId });
  });
  const resolved = async (reference: string) => (await current().registry.resolve(reference)).version;

  test("a reference finds the champion, otherwise the latest", async () => {
    const { registry } = current();
    expect(await resolved(name)).toBe(3);
    await registry.setAlias(name, "champion", 2, "best F1");
    expect(await resolved(name)).toBe(2);
    expect(await resolved(`${name}@champion`)).toBe(2);
    expect(await resolved(`${name}@latest`)).toBe(3);
    expect(await resolved(`${name}:1`)).toBe(1);
    expect((await registry.resolve(name)).aliases).toEqual(["champion"]);
  });

  test("what does not exist is refused with what does", async () => {
    const { registry } = current();
    await registry.setAlias(name, "champion", 2, "best F1");
    await expect(registry.resolve("mail-trage")).rejects.toMatchObject({
      code: "REGISTRY_MODEL_UNKNOWN",
      details: { nearest: name, known: [name] },
    });
    await expect(registry.resolve(`${name}@chamipon`)).rejects.toMatchObject({
      code: "REGISTRY_ALIAS_UNKNOWN",
      details: { nearest: "champion", known: ["champion"] },
    });
    await expect(registry.resolve(`${name}:9`)).rejects.toMatchObject({
      code: "REGISTRY_VERSION_UNKNOWN",
      details: { known: [1, 2, 3] },
    });
    await expect(registry.setAlias(name, "champion", 9, "")).rejects.toMatchObject({
      code: "REGISTRY_VERSION_UNKNOWN",
    });
    await expect(registry.removeAlias(name, "other", "")).rejects.toMatchObject({ code: "REGISTRY_ALIAS_UNKNOWN" });
    await expect(registry.aliasHistory(name, "other")).rejects.toMatchObject({ code: "REGISTRY_ALIAS_UNKNOWN" });
    for (const reference of ["", "@champion", `${name}@`, `${name}:`, `${name}:0`, `${name}:x`, `${name}:1@a`]) {
      await expect(registry.resolve(reference), reference).rejects.toMatchObject({
        code: "REGISTRY_REFERENCE_INVALID",
      });
    }
    for (const alias of ["latest", "1", "a/b", "..", "", "Champion"]) {
      await expect(registry.setAlias(name, alias, 1, ""), alias).rejects.toMatchObject({
        code: "REGISTRY_NAME_INVALID",
      });
    }
  });

  test("every move is recorded with its reason; a move to where it points is none", async () => {
    const { registry } = current();
    await registry.setAlias(name, "champion", 1, "first");
    await registry.setAlias(name, "champion", 1, "again");
    await registry.setAlias(name, "champion", 2, "better");
    await registry.removeAlias(name, "champion", "paused");
    const moves = await registry.aliasHistory(name, "champion");
    expect(moves.map(({ kind, from, to, reason }) => ({ kind, from, to, reason }))).toEqual([
      { kind: "set", from: null, to: 1, reason: "first" },
      { kind: "set", from: 1, to: 2, reason: "better" },
      { kind: "remove", from: 2, to: null, reason: "paused" },
    ]);
    expect(await resolved(name)).toBe(3);
    expect((await registry.rollback(name, "champion")).version).toBe(2);
  });

  test("a move that was decided by where the alias was is refused once it is elsewhere", async () => {
    const { registry } = current();
    await registry.setAlias(name, "champion", 1, "first", { from: null });
    const moved = { code: "REGISTRY_ALIAS_MOVED", details: { now: 1 } };
    await expect(registry.setAlias(name, "champion", 2, "first", { from: null })).rejects.toMatchObject(moved);
    await registry.setAlias(name, "champion", 2, "better than 1", { from: 1 });
    await expect(registry.setAlias(name, "champion", 3, "better than 1", { from: 1 })).rejects.toMatchObject({
      code: "REGISTRY_ALIAS_MOVED",
      details: { from: 1, now: 2 },
    });
    await registry.removeAlias(name, "champion", "paused");
    await registry.setAlias(name, "champion", 3, "nothing to compare with", { from: null });
    expect(await resolved(name)).toBe(3);
  });

  test("a reason with a character that PostgreSQL cannot keep is refused everywhere", async () => {
    const { registry } = current();
    const refused = { code: "REGISTRY_VALUE_INVALID", details: { where: "reason" } };
    await expect(registry.setAlias(name, "champion", 1, "a\0b")).rejects.toMatchObject(refused);
    await registry.setAlias(name, "champion", 1, "损失 \ud83d\ude00 'quoted'");
    await expect(registry.removeAlias(name, "champion", "\0")).rejects.toMatchObject(refused);
    await registry.setAlias(name, "champion", 2, "");
    await expect(registry.rollback(name, "champion", "\0")).rejects.toMatchObject(refused);
    expect((await registry.aliasHistory(name, "champion")).map(({ reason }) => reason)).toEqual([
      "损失 \ud83d\ude00 'quoted'",
      "",
    ]);
  });

  test("roll-backs go further back each time, past deleted versions, until there is none", async () => {
    const { registry } = current();
    for (const version of [1, 2, 3]) await registry.setAlias(name, "champion", version, "promote");
    await registry.deleteVersion(name, 2);
    expect((await registry.rollback(name, "champion", "more complaints")).version).toBe(1);
    await expect(registry.rollback(name, "champion")).rejects.toMatchObject({
      code: "REGISTRY_ALIAS_NO_PREVIOUS",
      details: { current: 1 },
    });
    await registry.setAlias(name, "champion", 3, "repaired");
    expect((await registry.rollback(name, "champion")).version).toBe(1);
  });

  test("a version that an alias points at is not deleted", async () => {
    const { registry } = current();
    await registry.setAlias(name, "champion", 2, "");
    await registry.setAlias(name, "shadow", 2, "");
    await expect(registry.deleteVersion(name, 2)).rejects.toMatchObject({
      code: "REGISTRY_VERSION_ALIASED",
      details: { aliases: ["champion", "shadow"] },
    });
    await registry.verifyVersion(await registry.getVersion(name, 2));
    await registry.removeAlias(name, "shadow", "");
    await registry.setAlias(name, "champion", 3, "");
    await registry.deleteVersion(name, 2);
    await expect(registry.getVersion(name, 2)).rejects.toMatchObject({ code: "REGISTRY_VERSION_UNKNOWN" });
  });
}
