import { expect, test } from "vitest";
import type { FeedbackFilter, JoinedFeedback, NewFeedback } from "../feedback/feedback-store.ts";
import type { ContractFixture } from "./contract-fixture.ts";
import { registerSample, sampleRun } from "./fixtures.ts";
import { momentOf, prediction, predictionId } from "./prediction-contract.ts";

/** What became known of predictions. */
export function feedbackContract(current: () => ContractFixture): void {
  const store = () => current().registry.stores.feedback;
  const record = (ids: readonly number[]) =>
    current().registry.stores.predictions.append(ids.map((n) => prediction(n)));
  const truth = (n: number, value = "refund"): NewFeedback => ({ prediction: predictionId(n), kind: "truth", value });
  const read = async (filter: Partial<FeedbackFilter> = {}) => {
    const found: JoinedFeedback[] = [];
    for await (const page of store().scan({ model: "tickets", ...filter })) found.push(...page);
    return found;
  };

  test("feedback is kept once, whoever sends it again", async () => {
    await record([1, 2]);
    const sent: NewFeedback[] = [
      { ...truth(1), by: "退款系统", at: momentOf(5) },
      { id: "crm-17", prediction: predictionId(2), kind: "correction", value: [{ start: 0, label: "X" }] },
    ];
    expect(await store().add(sent)).toEqual({ added: 2, known: 0, unmatched: [] });
    expect(await store().add([...sent, truth(1)])).toEqual({ added: 1, known: 2, unmatched: [] });
    expect(await store().add([{ ...sent[1]!, value: "another" }])).toEqual({ added: 0, known: 1, unmatched: [] });
    const found = (await read()).find(({ feedback: { id } }) => id === "crm-17")!;
    expect(found.feedback).toMatchObject({ value: [{ start: 0, label: "X" }], kind: "correction", state: "new" });
    expect(found.prediction).toEqual(prediction(2));
    const [first] = await read({ to: momentOf(6) });
    expect(first!.feedback).toEqual({
      ...sent[0],
      id: expect.stringMatching(/^[0-9a-f]{20}$/),
      state: "accepted",
    });
    expect(await store().add([])).toEqual({ added: 0, known: 0, unmatched: [] });
  });

  test("feedback may come before its prediction, and is joined when that is there", async () => {
    expect(await store().add([truth(1), truth(2)])).toMatchObject({
      added: 2,
      unmatched: [predictionId(1), predictionId(2)],
    });
    expect(await read()).toEqual([]);
    await record([2]);
    expect((await read()).map(({ prediction: { id } }) => id)).toEqual([predictionId(2)]);
  });

  test("it is read by the time at which it came, whole pages and more, and by what a filter asks for", async () => {
    await record([1, 2]);
    const rows = Array.from(
      { length: 1101 },
      (_, n): NewFeedback => ({
        id: `f${String(n).padStart(4, "0")}`,
        prediction: predictionId(1 + (n % 2)),
        kind: n % 5 === 0 ? "comment" : "truth",
        value: "x",
        at: momentOf(Math.floor(n / 50)),
      }),
    );
    await store().add(rows.toReversed());
    const idsOf = (found: readonly JoinedFeedback[]) => found.map(({ feedback: { id } }) => id);
    expect(idsOf(await read())).toEqual(rows.map(({ id }) => id));
    const wanted = rows.filter(({ kind, at }) => kind === "truth" && at! >= momentOf(3) && at! < momentOf(5));
    const filter = { kinds: ["truth"], states: ["accepted"], from: momentOf(3), to: momentOf(5) } as const;
    expect(idsOf(await read(filter))).toEqual(wanted.map(({ id }) => id));
    expect(await read({ kinds: [] })).toEqual([]);
    expect(await read({ model: "other" })).toEqual([]);
    const count = (more: Partial<Parameters<ReturnType<typeof store>["count"]>[0]> = {}) =>
      store().count({ model: "tickets", ...more });
    expect(await count()).toBe(rows.length);
    expect(await count(filter)).toBe(wanted.length);
    expect([await count({ kinds: [] }), await count({ model: "other" })]).toEqual([0, 0]);
    await current().registry.stores.predictions.append([prediction(3, { item: "退款" })]);
    await store().add([truth(3)]);
    expect([await count(), await count({ withItem: true })]).toEqual([rows.length + 1, 1]);
  });

  test("it is accepted or rejected, by somebody", async () => {
    await record([1]);
    const { prediction: about } = truth(1);
    await store().add([{ id: "a", prediction: about, kind: "correction", value: "other" }]);
    expect(await read({ states: ["accepted"] })).toEqual([]);
    expect(await store().decide(["a", "unknown"], { state: "accepted", by: "Ada" })).toBe(1);
    expect(await store().decide(["a"], { state: "accepted", by: "Bob" })).toBe(0);
    const [found] = await read({ states: ["accepted"] });
    expect(found!.feedback).toMatchObject({ decidedBy: "Ada", decidedAt: expect.stringMatching(/Z$/) });
    expect(await store().decide(["a"], { state: "rejected", by: "Bob" })).toBe(1);
    expect(await store().decide([], { state: "rejected", by: "Bob" })).toBe(0);
  });

  test("a truth is what the version could have said, and whoever sends it may be bound to models", async () => {
    const { registry } = current();
    const run = await registry.createRun(sampleRun());
    await registerSample(registry, { name: "tickets", runId: run.id });
    await record([1, 2]);
    const wrong = { ...truth(2, "refund"), id: "w" };
    await expect(store().add([truth(1, "ham"), wrong])).rejects.toMatchObject({
      code: "FEEDBACK_VALUE_INVALID",
      details: { where: "feedback[1].truth", model: "tickets:1", rule: 'must be "ham" or "spam"', got: '"refund"' },
    });
    const where = (index: number) => `labels.csv:${index + 2}`;
    await expect(
      store().add([truth(1, "ham"), { ...truth(2, "ham"), prediction: "abc.0" }], { where }),
    ).rejects.toThrow("labels.csv:3, id of a prediction: must be ");
    expect(await store().add([{ ...truth(1, '"spam"'), id: "spelled" }])).toMatchObject({ added: 1 });
    expect((await read()).map(({ feedback: { value } }) => value)).toEqual(["spam"]);
    // It cannot be checked before its prediction is there, and is left out then.
    await store().add([
      { ...truth(3, "refund"), id: "x" },
      { ...truth(3, "spam"), id: "y" },
    ]);
    await record([3]);
    expect((await read()).map(({ feedback: { id } }) => id)).toEqual(["spelled", "y"]);
    const bound = { models: ["other"] };
    await expect(store().add([truth(1, "ham")], bound)).rejects.toMatchObject({ code: "PREDICTION_UNKNOWN" });
    await expect(store().add([truth(4, "ham")], { models: ["tickets"] })).rejects.toMatchObject({
      code: "PREDICTION_UNKNOWN",
    });
    expect(await store().add([truth(1, "ham")], { models: ["tickets"] })).toMatchObject({ added: 1 });
  });

  test("what breaks a rule is refused by name, and nothing of its batch is kept", async () => {
    await record([1, 2]);
    const bad: Partial<Record<keyof NewFeedback, unknown>>[] = [
      { id: "" },
      { id: "x".repeat(201) },
      { prediction: "7" },
      { kind: "praise" },
      { kind: "thumb", value: "yes" },
      { kind: "comment", value: "" },
      { state: "done" },
      { value: undefined },
      { by: "a\nb" },
      { at: "yesterday" },
    ];
    for (const change of bad) {
      const batch = [truth(1), { ...truth(2), ...change } as NewFeedback];
      await expect(store().add(batch), JSON.stringify(change)).rejects.toMatchObject({
        code: expect.stringMatching(/^REGISTRY_(NAME|VALUE)_INVALID$/),
      });
    }
    expect(await read()).toEqual([]);
  });
}
