import { PERMISSIONS, type Permission, permissionsOf, ROLE_NAMES, type Role } from "@modelwright/contracts";
import { expect, test } from "vitest";
import { isTokenOf, tokenId } from "../access/key-token.ts";
import type { ContractFixture } from "./contract-fixture.ts";

const TOKEN = /^mw_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/;
const LATER = "2999-12-31T00:00:00.000Z";

/** Keys by which servers let programs in. */
export function keyContract(current: () => ContractFixture): void {
  const store = () => current().registry.stores.keys;
  const create = (name: string, roles: readonly Role[] = ["predict"]) => store().create({ name, roles });

  test("a key is given once, and what is kept of it cannot be used", async () => {
    const wanted = { name: "网店 🛒", roles: ["predict", "label"], models: ["mail-triage"], perMinute: 600 } as const;
    const { record, token } = await store().create({ ...wanted, expiresAt: LATER });
    expect(token).toMatch(TOKEN);
    expect(record).toEqual({
      ...wanted,
      id: tokenId(token),
      expiresAt: LATER,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    const again = await current().openAgain();
    expect(await again.stores.keys.list()).toEqual([record]);
    const { isEmpty, keys } = await again.stores.keys.ring();
    const { sha256, ...rest } = keys.get(record.id)!;
    expect([isEmpty, rest]).toEqual([false, record]);
    expect(isTokenOf(token, sha256)).toBe(true);
    expect(JSON.stringify([...keys.values()])).not.toContain(token.slice(-43));
    for (let i = 0; i < token.length; i++) {
      const other = `${token.slice(0, i)}${token[i] === "A" ? "B" : "A"}${token.slice(i + 1)}`;
      expect(isTokenOf(other, sha256), other).toBe(false);
    }
  });

  test("two keys are never alike", async () => {
    const made = [];
    for (let i = 0; i < 20; i++) made.push(await create(`key ${i}`));
    expect(new Set(made.map(({ token }) => token.slice(-43))).size).toBe(20);
    const names = (await store().list()).map(({ name }) => name);
    expect(names.sort()).toEqual(made.map(({ record }) => record.name).sort());
  });

  test("a ring is empty until the first key, and not again when it is revoked", async () => {
    expect(await store().ring()).toEqual({ isEmpty: true, keys: new Map() });
    await create("shop");
    await store().revoke("shop");
    const { isEmpty, keys } = await store().ring();
    expect([isEmpty, [...keys.values()].map(({ revokedAt }) => typeof revokedAt)]).toEqual([false, ["string"]]);
  });

  test("a name is free again once its key is revoked; revoking again changes nothing", async () => {
    const { record: first } = await create("shop");
    await expect(create("shop")).rejects.toMatchObject({ code: "ACCESS_KEY_TAKEN", details: { id: first.id } });
    const revoked = await store().revoke("shop");
    expect(revoked).toEqual({ ...first, revokedAt: expect.any(String) });
    const { record: second } = await create("shop");
    expect(await store().revoke(first.id)).toEqual(revoked);
    const revocations = new Map((await store().list()).map(({ id, revokedAt }) => [id, revokedAt]));
    expect(revocations).toEqual(
      new Map([
        [first.id, revoked.revokedAt],
        [second.id, undefined],
      ]),
    );
    expect(await store().revoke("shop")).toMatchObject({ id: second.id, revokedAt: expect.any(String) });
    await expect(store().revoke("shpo")).rejects.toMatchObject({ code: "ACCESS_KEY_UNKNOWN" });
  });

  test("an unknown key is refused with those that are there", async () => {
    await create("shop");
    const details = { key: "shpo", nearest: "shop", known: ["shop"] };
    await expect(store().revoke("shpo")).rejects.toMatchObject({ code: "ACCESS_KEY_UNKNOWN", details });
  });

  test("what breaks a rule is refused by name, and nothing is made", async () => {
    const good = { name: "shop", roles: ["read"] } as const;
    const bad = [
      { name: "" },
      { name: " shop" },
      { name: "a\nb" },
      { name: "a\0b" },
      { name: "x".repeat(65) },
      { roles: [] },
      { roles: ["root" as Role] },
      { models: [] },
      { models: ["../x"] },
      { perMinute: 0 },
      { perMinute: 1.5 },
      { expiresAt: "tomorrow" },
      { expiresAt: "2020-01-01T00:00:00.000Z" },
    ];
    for (const change of bad) {
      await expect(store().create({ ...good, ...change }), JSON.stringify(change)).rejects.toMatchObject({
        code: expect.stringMatching(/^REGISTRY_(NAME|VALUE)_INVALID$/),
      });
    }
    expect(await store().list()).toEqual([]);
  });

  test("use is noted to the hour", async () => {
    const { record } = await create("shop");
    const { record: other } = await create("other");
    await store().noteUse([]);
    await store().noteUse([record.id, "ffffffffffff"]);
    await store().noteUse([record.id]);
    // By id: of two keys made within a millisecond, either may be listed first.
    const used = new Map((await store().list()).map(({ id, usedAt }) => [id, usedAt]));
    expect([used.get(record.id), used.get(other.id)]).toEqual([expect.stringMatching(/T\d\d:00:00\.000Z$/), undefined]);
    expect(Date.now() - Date.parse(used.get(record.id)!)).toBeLessThan(3_600_000 * 1.01);
  });

  test("one name at once by many goes to one", async () => {
    const others = await Promise.all([1, 2, 3].map(() => current().openAgain()));
    const results = await Promise.allSettled(
      others.map((registry) => registry.stores.keys.create({ name: "shop", roles: ["read"] })),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("every permission is somebody's, and admin has all", () => {
    const all = Object.keys(PERMISSIONS) as Permission[];
    expect([...permissionsOf({ roles: ["admin"] })].sort()).toEqual([...all].sort());
    for (const role of ROLE_NAMES) expect(permissionsOf({ roles: [role], models: ["a"] }).has("metrics")).toBe(false);
  });
}
