import { expect, test } from "vitest";
import type { AlertFindings } from "../alerts/alert-store.ts";
import type { ContractFixture } from "./contract-fixture.ts";
import { momentOf } from "./prediction-contract.ts";

/** What somebody should look at. */
export function alertContract(current: () => ContractFixture): void {
  const store = () => current().registry.stores.alerts;
  const look = (minute: number, found: readonly string[], changes: Partial<AlertFindings> = {}): AlertFindings => ({
    watched: "tickets@champion",
    model: "tickets",
    version: 3,
    found: found.map((check) => ({ check, text: `${check} 漂移 at ${minute}`, evidence: { page: `${minute}.html` } })),
    fine: [],
    at: momentOf(minute),
    ...changes,
  });

  test("an alert opens once, is kept while it holds, and closes", async () => {
    const first = await store().settle(look(1, ["inputs", "quality"]));
    expect(first.opened.map(({ check }) => check)).toEqual(["inputs", "quality"]);
    expect(first).toMatchObject({ kept: [], closed: [] });
    const again = await store().settle(look(2, ["inputs"], { version: 4 }));
    expect([again.opened, again.closed]).toEqual([[], []]);
    expect(again.kept).toEqual([
      { ...first.opened[0], version: 4, text: "inputs 漂移 at 2", evidence: { page: "2.html" }, seenAt: momentOf(2) },
    ]);
    const last = await store().settle(look(3, [], { fine: ["inputs", "outputs"] }));
    expect(last).toMatchObject({ opened: [], kept: [], closed: [{ check: "inputs", closedAt: momentOf(3) }] });
    const open = await (await current().openAgain()).stores.alerts.list({ state: "open" });
    expect(open).toEqual([first.opened[1]]);
    expect((await store().list({ state: "closed" })).map(({ id }) => id)).toEqual([first.opened[0]!.id]);
    const anew = await store().settle(look(4, ["inputs"]));
    expect(anew.opened[0]!.id).not.toBe(first.opened[0]!.id);
    expect((await store().list()).map(({ check }) => check)).toEqual(["inputs", "quality", "inputs"]);
  });

  test("what is watched under another name has alerts of its own", async () => {
    await store().settle(look(1, ["inputs"]));
    const other = await store().settle(look(1, ["inputs"], { watched: "tickets:2", fine: ["quality"] }));
    expect(other.opened).toHaveLength(1);
    expect(await store().list({ watched: "tickets:2" })).toEqual(other.opened);
  });

  test("who was told is noted, of its opening and of its closing apart", async () => {
    const { opened } = await store().settle(look(1, ["inputs"]));
    const { id } = opened[0]!;
    await store().noteTold(id, "opened", ["webhook"]);
    await store().noteTold(id, "opened", ["e-mail", "webhook"]);
    await store().noteTold(id, "closed", ["webhook"]);
    await store().noteTold("gone", "closed", ["webhook"]);
    expect(await store().list()).toMatchObject([{ told: ["webhook", "e-mail"], toldClosed: ["webhook"] }]);
  });

  test("of looks at the same time one opens", async () => {
    const others = await Promise.all([1, 2, 3].map(() => current().openAgain()));
    const settled = await Promise.all(others.map((registry) => registry.stores.alerts.settle(look(1, ["inputs"]))));
    expect(settled.flatMap(({ opened }) => opened)).toHaveLength(1);
    expect(await store().list()).toHaveLength(1);
  });

  test("what breaks a rule is refused, and nothing changes", async () => {
    const bad = [{ at: "yesterday" }, { watched: "" }, { model: "../x" }];
    for (const change of bad) {
      await expect(store().settle(look(1, ["inputs"], change)), JSON.stringify(change)).rejects.toMatchObject({
        code: expect.stringMatching(/^REGISTRY_(NAME|VALUE)_INVALID$/),
      });
    }
    expect(await store().list()).toEqual([]);
  });
}
