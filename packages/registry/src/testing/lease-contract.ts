import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import type { ContractFixture } from "./contract-fixture.ts";

/** Work that one process does at a time. */
export function leaseContract(current: () => ContractFixture): void {
  const store = () => current().registry.stores.leases;

  test("one of many that ask at once holds a lease, until it gives it back", async () => {
    const others = await Promise.all([1, 2, 3].map(() => current().openAgain()));
    const asked = await Promise.all(others.map(({ stores }, i) => stores.leases.take("定时 retrain", `p${i}`, 60)));
    const [lease, ...more] = asked.filter((each) => each !== undefined);
    expect([lease!.token, more]).toEqual([1, []]);
    expect(await store().take("定时 retrain", "p9", 60)).toBeUndefined();
    expect(await store().list()).toEqual([{ name: "定时 retrain", token: 1, holder: `p${asked.indexOf(lease)}` }]);
    await lease!.release();
    expect(await store().list()).toEqual([{ name: "定时 retrain", token: 1 }]);
    expect(await store().take("定时 retrain", "p9", 60)).toMatchObject({ token: 2 });
    expect(await store().take("another", "p9", 60)).toMatchObject({ token: 1 });
  });

  test("one that is not renewed in time is another's, and its former holder changes nothing more", async () => {
    const slow = (await store().take("job", "slow", 0.2))!;
    expect(await slow.renew()).toBe(true);
    expect(await slow.leave({ done: 3, at: "停" })).toBe(true);
    await delay(250);
    const next = (await store().take("job", "next", 60))!;
    expect(next).toMatchObject({ token: 2, note: { done: 3, at: "停" } });
    expect([await slow.renew(), await slow.leave("late")]).toEqual([false, false]);
    await slow.release();
    expect(await store().list()).toEqual([{ name: "job", token: 2, holder: "next", note: { done: 3, at: "停" } }]);
    await next.release();
    expect([await next.renew(), await next.leave(1)]).toEqual([false, false]);
  });

  test("a late holder keeps a lease that nobody else has taken", async () => {
    const lease = (await store().take("job", "one", 0.05))!;
    await delay(80);
    expect(await lease.renew()).toBe(true);
  });

  test.each([
    ["", "p", 1],
    ["a\nb", "p", 1],
    ["job", "", 1],
    ["job", "p", 0],
    ["job", "p", Number.NaN],
    ["job", "p", 1e9],
  ])("what breaks a rule is refused: %j, %j, %d", async (name, holder, seconds) => {
    const refused = { code: expect.stringMatching(/^REGISTRY_(NAME|VALUE)_INVALID$/) };
    await expect(store().take(name, holder, seconds)).rejects.toMatchObject(refused);
    expect(await store().list()).toEqual([]);
  });
}
