import { rm } from "node:fs/promises";
import { join } from "node:path";
import { parseScheduleSettings } from "@modelwright/contracts";
import type { PredictionRecord, Registry } from "@modelwright/registry";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ticket, trainedTickets, withRegistry } from "../retraining/testing/drifting-tickets.ts";
import { runDue } from "./run-schedule.ts";

let folder: string;
beforeAll(async () => {
  folder = await trainedTickets();
});
afterAll(() => rm(folder, { recursive: true }));

/** The schedule of docs/retraining.md, in which the canary goes on by an alert. */
const settings = parseScheduleSettings({
  jobs: [
    { name: "watch", action: "monitor", model: "tickets", when: { cron: "*/15 * * * *" } },
    { name: "学习", action: "retrain", model: "tickets", canary: true, when: { feedback: 100 } },
    { name: "ramp", action: "step", model: "tickets", when: { alert: "inputs" } },
    { name: "forget", action: "expire", days: 2, when: { cron: "0 * * * *" } },
  ],
});
const HOUR_MS = 3_600_000;

test("jobs of every kind are done by every kind of trigger: feedback, an alert, a time", async () => {
  const location = join(folder, "registry");
  await withRegistry(location, async (registry) => {
    const begun = Date.now();
    const look = async (hours: number) => {
      const now = () => new Date(begun + hours * HOUR_MS);
      const done = await runDue(settings, { registry, location, folder, now });
      return Object.fromEntries(done.map(({ name, note }) => [name, note.outcome]));
    };
    await answerAndTell(registry, { from: 0, count: 99, at: begun - HOUR_MS });
    await answerAndTell(registry, { from: 500, count: 1, at: begun - 100 * HOUR_MS, isTold: false });
    expect(await look(0)).toEqual({});
    await answerAndTell(registry, { from: 99, count: 1, at: begun - HOUR_MS });
    expect(await look(0.001)).toEqual({
      学习: expect.stringMatching(/^tickets:2 is the challenger, and its canary has begun: /),
    });
    expect((await registry.stores.traffic.last("tickets"))!.policy).toMatchObject({ challenger: 2, state: "running" });
    // While one version is compared, no other is made.
    await answerAndTell(registry, { from: 200, count: 100, at: begun - HOUR_MS });
    expect(await look(1)).toEqual({
      watch: expect.stringMatching(/^alerts: [1-9] opened, 0 still open, 0 closed$/),
      ramp: expect.stringMatching(/^held: /),
      forget: expect.stringMatching(/^removed 1 prediction and 0 pieces of feedback from before /),
    });
    expect(await look(2)).toMatchObject({ watch: expect.stringMatching(/^alerts: 0 opened, [1-9] still open/) });
    expect(await look(2)).toEqual({});
  });
});

/** Tickets as they are now, what a server answered, and what was right. */
async function answerAndTell(
  { stores }: Registry,
  {
    from,
    count,
    at,
    isTold = true,
  }: { readonly from: number; readonly count: number; readonly at: number; readonly isTold?: boolean },
): Promise<void> {
  const all = Array.from({ length: count }, (_, i) => ({ id: idOf(from + i), ...ticket(from + i, "now") }));
  const moment = new Date(at).toISOString();
  await stores.predictions.append(
    all.map(
      ({ id, text }): PredictionRecord => ({
        ...{ id, model: "tickets", version: 1, arm: "champion", at: moment, latencyMs: 1, item: text },
        answer: { label: "refund", probability: 0.6 },
      }),
    ),
  );
  if (!isTold) return;
  await stores.feedback.add(
    all.map(({ id, label }) => ({ prediction: id, kind: "truth" as const, value: label, at: moment })),
  );
}

const idOf = (n: number) => `0198f3a0-${n.toString(16).padStart(4, "0")}-7000-8000-000000000000.0`;
