import { expect, test } from "vitest";
import type { PredictionFilter, PredictionRecord } from "../predictions/prediction-store.ts";
import type { ContractFixture } from "./contract-fixture.ts";

/** The n-th moment of a day, and the n-th id: they grow together. */
export const momentOf = (n: number) => new Date(Date.UTC(2026, 10, 28) + n * 1000).toISOString();
export const predictionId = (n: number, index = 0) =>
  `0198f3a0-${n.toString(16).padStart(4, "0")}-7000-8000-000000000000.${index}`;

/** What makes a prediction one that failed. */
const FAILED = { answer: undefined, error: "SERVER_TIMEOUT" } as unknown as Partial<PredictionRecord>;

export function prediction(n: number, change: Partial<PredictionRecord> = {}): PredictionRecord {
  return {
    id: predictionId(n),
    model: "tickets",
    version: 1,
    arm: "champion",
    at: momentOf(n),
    latencyMs: 1.25,
    answer: { label: "refund", probability: 0.75 },
    ...change,
  };
}

/** What servers answered. */
export function predictionContract(current: () => ContractFixture): void {
  const store = () => current().registry.stores.predictions;
  const idsOf = async (filter: Partial<PredictionFilter> = {}) => {
    const found: string[] = [];
    for await (const page of store().scan({ model: "tickets", ...filter })) found.push(...page.map(({ id }) => id));
    return found;
  };

  test("a prediction is kept with all that it says", async () => {
    const item = { text: "退款 \0 \u2028 🛒 \ud800", $number: "NaN", __proto__: { x: 1 }, nested: [null, true, 0.1] };
    const whole = prediction(1, { subject: "客户 7", client: "0123456789ab", arm: "challenger", item });
    const failed = prediction(2, FAILED);
    expect(await store().append([whole, failed])).toBe(2);
    const again = await current().openAgain();
    expect(await again.stores.predictions.get(whole.id)).toEqual(JSON.parse(JSON.stringify(whole)));
    expect(await again.stores.predictions.get(failed.id)).toEqual(JSON.parse(JSON.stringify(failed)));
    await expect(store().get(predictionId(3))).rejects.toMatchObject({ code: "PREDICTION_UNKNOWN" });
  });

  test("a batch may come again, and twice in itself", async () => {
    const rows = [prediction(1), prediction(2), prediction(1, { version: 9 })];
    expect(await store().append(rows)).toBe(2);
    expect(await store().append([...rows, prediction(3)])).toBe(1);
    expect((await store().get(predictionId(1))).version).toBe(1);
    expect(await store().append([])).toBe(0);
  });

  test("they are read by time, whole pages and more, and by what a filter asks for", async () => {
    const rows = Array.from({ length: 1203 }, (_, n) =>
      prediction(n, {
        at: momentOf(Math.floor(n / 100)),
        version: n % 2 === 0 ? 1 : 2,
        ...(n % 3 === 0 && { subject: `s${n % 9}` }),
      }),
    );
    await store().append(rows.toReversed());
    await store().append([prediction(5000, { model: "other" })]);
    expect(await idsOf()).toEqual(rows.map(({ id }) => id));
    const wanted = rows.filter(({ version, at }) => version === 2 && at >= momentOf(2) && at < momentOf(4));
    expect(await idsOf({ version: 2, from: momentOf(2), to: momentOf(4) })).toEqual(wanted.map(({ id }) => id));
    expect(await idsOf({ subject: "s3" })).toEqual(rows.filter(({ subject }) => subject === "s3").map(({ id }) => id));
    expect(await idsOf({ arm: "shadow" })).toEqual([]);
  });

  test("they are counted by version and arm", async () => {
    await store().append([
      prediction(1),
      prediction(2),
      prediction(3, { version: 2, arm: "challenger" }),
      prediction(4, { version: 2, arm: "challenger", ...FAILED }),
    ]);
    expect(await store().tally({ model: "tickets" })).toEqual([
      { version: 1, arm: "champion", predictions: 2, failures: 0, first: momentOf(1), last: momentOf(2) },
      { version: 2, arm: "challenger", predictions: 2, failures: 1, first: momentOf(3), last: momentOf(4) },
    ]);
    expect(await store().tally({ model: "tickets", from: momentOf(4) })).toEqual([
      { version: 2, arm: "challenger", predictions: 1, failures: 1, first: momentOf(4), last: momentOf(4) },
    ]);
    expect(await store().tally({ model: "nothing" })).toEqual([]);
  });

  test("what is about somebody is erased with the feedback on it, and nothing else", async () => {
    await store().append([prediction(1, { subject: "a" }), prediction(2, { subject: "b" }), prediction(3)]);
    const feedback = current().registry.stores.feedback;
    await feedback.add([1, 2, 3, 4].map((n) => ({ prediction: predictionId(n), kind: "thumb", value: "up" })));
    expect(await store().erase("a")).toEqual({ predictions: 1, feedback: 1 });
    expect(await store().erase("a")).toEqual({ predictions: 0, feedback: 0 });
    expect(await idsOf()).toEqual([predictionId(2), predictionId(3)]);
  });

  test("what is old goes, but not what was labelled", async () => {
    await store().append([1, 2, 3, 4].map((n) => prediction(n)));
    const feedback = current().registry.stores.feedback;
    const at = momentOf(2);
    await feedback.add([
      { prediction: predictionId(1), kind: "truth", value: "refund", at },
      { prediction: predictionId(2), kind: "comment", value: "hm", at },
      { prediction: predictionId(9), kind: "truth", value: "refund", at },
      { prediction: predictionId(8), kind: "truth", value: "refund", at: momentOf(7) },
    ]);
    expect(await store().expire(momentOf(4))).toEqual({ predictions: 2, feedback: 2 });
    expect(await idsOf()).toEqual([predictionId(1), predictionId(4)]);
    const again = await feedback.add([{ prediction: predictionId(8), kind: "truth", value: "refund" }]);
    expect(again).toEqual({ added: 0, known: 1, unmatched: [predictionId(8)] });
  });

  test("what breaks a rule is refused by name, and nothing of its batch is kept", async () => {
    const bad: Partial<Record<keyof PredictionRecord, unknown>>[] = [
      { id: "7" },
      { id: predictionId(2).replace("-7000-", "-4000-") },
      { id: `${predictionId(2)}.shadowy` },
      { model: "../x" },
      { version: 0 },
      { version: 1.5 },
      { arm: "left" },
      { at: "2026-11-28" },
      { at: "2026-11-28T10:00:00+01:00" },
      { latencyMs: Number.NaN },
      { subject: "" },
      { subject: "a\0" },
      { answer: undefined },
      { error: "SERVER_TIMEOUT" },
    ];
    for (const change of bad) {
      await expect(store().append([prediction(1), prediction(2, change as object)])).rejects.toMatchObject({
        code: expect.stringMatching(/^REGISTRY_(NAME|VALUE)_INVALID$/),
      });
    }
    expect(await idsOf()).toEqual([]);
  });
}
