import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { retrain } from "./retrain.ts";
import { say, ticket, trainedTickets, withRegistry, writeTickets } from "./testing/drifting-tickets.ts";

let first: string;
let folder: string;
beforeAll(async () => {
  first = await trainedTickets();
  // Its thread ends a little later, and SQLite's files with it.
  await delay(300);
});
// A registry may be moved with its data: nothing in it is absolute.
beforeEach(async () => {
  folder = `${first}-moved`;
  await cp(first, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));
afterAll(() => rm(first, { recursive: true }));

const registryOf = () => join(folder, "registry");
const traffic = (count: number, truth: (label: string) => string = (label) => label) =>
  Array.from({ length: count }, (_, n) => {
    const { text, label } = ticket(n, "now");
    return { n, text, truth: truth(label) };
  });

test("what production taught makes the challenger better on traffic, and no row held out is learnt from", async () => {
  const registry = registryOf();
  await say(registry, traffic(120));
  const { retraining, version, aliases } = await retrain("tickets", { registry });
  expect(retraining).toMatchObject({ of: "tickets:1", verdict: "challenger", feedback: { learnt: 96, kept: 24 } });
  expect([version, aliases]).toEqual([2, ["challenger"]]);
  const { window, heldOut } = retraining!;
  expect(window!.measures.f1Macro!.value).toBeGreaterThan(0.95);
  expect(window!.measures.f1Macro!.value - window!.championMeasures.f1Macro!.value).toBeGreaterThan(0.15);
  expect(heldOut!.difference!.value).toBeGreaterThanOrEqual(0);
  await withRegistry(registry, async (opened) => {
    const [first, second] = await Promise.all([1, 2].map((n) => opened.getVersion("tickets", n)));
    const files = (n: typeof first) =>
      opened.materialise(n!).then((directory) => readFile(join(directory, "held-out-rows.bin"), "hex"));
    expect(await files(second)).toBe(await files(first));
    const used = await opened.stores.lineage.of(second!.runId);
    expect(used.filter(({ part }) => part === "window").map(({ feedback }) => feedback)).toContain("f119");
    expect(used).toHaveLength(120);
    expect((await opened.resolve("tickets")).version).toBe(1);
    expect(await readdir(await opened.workFolder(second!.runId))).toEqual([]);
  });
  await expect(retrain("tickets:2", { registry })).rejects.toMatchObject({ code: "RETRAIN_NOTHING_NEW" });
});

test("feedback whose labels are swapped is refused with the reason, by rows held out that it cannot reach", async () => {
  const registry = registryOf();
  const swapped = Array.from({ length: 160 }, (_, n) => {
    const { text, label } = ticket(n, "before");
    return { n, text: `${text} again`, truth: label === "refund" ? "parcel" : "refund" };
  });
  await say(registry, swapped);
  const { retraining, aliases } = await retrain("tickets", { registry, weight: 5 });
  expect(retraining).toMatchObject({
    verdict: "refused",
    reason: expect.stringMatching(/not shown to be as good as version 1 on these test rows: macro F1 −/),
  });
  expect(aliases).toEqual([]);
});

test("of one item the newest counts; rows may be added to the data, but none held out may go", async () => {
  const registry = registryOf();
  const { text } = ticket(1, "now");
  await say(registry, [
    { n: 1, text, truth: "refund" },
    { n: 2, text, truth: "parcel", subject: "客户 7" },
    { n: 3, text: ticket(3, "now").text },
  ]);
  await writeTickets(folder, 200);
  const warnings: string[] = [];
  const onEvent = (event: { readonly type: string; readonly text?: string }) => {
    if (event.type === "warning") warnings.push(event.text!);
  };
  const { retraining, runId } = await retrain("tickets", { registry, onEvent });
  expect(retraining!.feedback).toMatchObject({ learnt: 1, kept: 0, outdone: 1, contradicted: 1, isNew: true });
  expect(retraining).not.toHaveProperty("window");
  expect(warnings).toContainEqual(
    expect.stringMatching(/tickets.csv has other rows .*: 200 rows now, it had 160 rows then/),
  );
  await withRegistry(registry, async ({ stores }) => {
    expect(await stores.lineage.of(runId)).toMatchObject([{ feedback: "f2" }]);
    expect(await stores.lineage.learntFrom("客户 7")).toMatchObject([{ model: "tickets", version: 2, feedback: 1 }]);
    await stores.predictions.erase("客户 7");
  });
  await writeTickets(folder, 100);
  await expect(retrain("tickets", { registry })).rejects.toMatchObject({
    code: "DATA_HELD_OUT_CHANGED",
    details: { version: "tickets:1", rows: 32 },
  });
});

test.each(["data", "registered"])("killed when it tells of %s, it goes on and makes one version", async (stage) => {
  const registry = registryOf();
  await say(registry, traffic(30));
  const built = new URL("../../dist/retraining/retrain.js", import.meta.url);
  const script = `import { retrain } from ${JSON.stringify(built.href)};
    const onEvent = ({ type }) => type === ${JSON.stringify(stage)} && process.kill(process.pid, "SIGKILL");
    await retrain("tickets", { registry: ${JSON.stringify(registry)}, onEvent });`;
  await writeFile(join(folder, "killed.mjs"), script);
  const [, signal] = await once(spawn(process.execPath, [join(folder, "killed.mjs")]), "exit");
  expect(signal).toBe("SIGKILL");
  // What comes meanwhile is for the next retraining.
  await say(registry, [{ n: 31, text: ticket(31, "now").text, truth: "parcel" }]);
  const { status, version, retraining } = await retrain("tickets", { registry, resume: true });
  expect([status, version, retraining!.feedback.learnt]).toEqual(["finished", 2, 30]);
  await expect(retrain("tickets", { registry, resume: true })).rejects.toMatchObject({
    code: "TRAINING_NOTHING_TO_RESUME",
  });
});
