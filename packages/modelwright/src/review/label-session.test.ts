import type { FeedbackStore, NewFeedback } from "@modelwright/registry";
import { expect, test } from "vitest";
import { LabelSession, readLabelKeys } from "./label-session.ts";

const LABELS = ["refund", "parcel", "parcel lost", "其他"];

test.each([
  ["1", "refund"],
  ["ref", "refund"],
  ["PARCEL L", "parcel lost"],
  // It begins two labels, and is one.
  ["parcel", "parcel"],
  ["其", "其他"],
  ["", "parcel"],
  ["par", undefined],
  ["5", undefined],
  ["0", undefined],
])("of one label %j means %j", (typed, value) => {
  const read = readLabelKeys(typed, { truths: "label", labels: LABELS }, "parcel");
  expect(read).toEqual(value === undefined ? undefined : { kind: "label", value });
});

test.each([
  ["labels", "1, parcel l", ["refund", "parcel lost"]],
  ["labels", "-", []],
  ["labels", "1,nothing", undefined],
  ["flag", "1", true],
  ["flag", "n", false],
  ["flag", "maybe", undefined],
  ["number", "-12.5", -12.5],
  ["number", "many", undefined],
  ["spans", '[{"start":0,"end":2,"label":"PER"}]', [{ start: 0, end: 2, label: "PER" }]],
  ["spans", "PER", undefined],
  ["text", "s", "s"],
] as const)("%s: %j means %j", (truths, typed, value) => {
  const read = readLabelKeys(typed, { truths, labels: LABELS }, undefined);
  expect(read).toEqual(value === undefined ? undefined : { kind: "label", value });
});

test("commands are s, u and q, for texts with a colon", () => {
  const label = (typed: string) => readLabelKeys(typed, { truths: "label", labels: LABELS }, undefined);
  expect(["s", "u", "q", ":q", ""].map((typed) => label(typed)?.kind)).toEqual([
    "skip",
    "undo",
    "quit",
    "quit",
    undefined,
  ]);
  expect(readLabelKeys(":s", { truths: "text", labels: [] }, undefined)).toEqual({ kind: "skip" });
});

test("each label is kept at once; what was taken back is rejected, and can be said again", async () => {
  const kept: (NewFeedback & { rejected?: boolean })[] = [];
  const store = {
    add: async (feedback: readonly NewFeedback[]) => {
      kept.push(...feedback);
      return { added: feedback.length, known: 0, unmatched: [] };
    },
    decide: async (ids: readonly string[]) => {
      for (const each of kept) if (ids.includes(each.id!)) each.rejected = true;
      return ids.length;
    },
  } as unknown as FeedbackStore;
  const items = ["a", "b"].map((item) => ({ prediction: `${item}.0`, version: 1, item, why: "" }));
  const session = new LabelSession(store, items, "ada");
  expect(await session.answer({ kind: "undo" })).toBe(false);
  await session.answer({ kind: "label", value: "refund" });
  expect(kept).toMatchObject([{ prediction: "a.0", kind: "truth", value: "refund", by: "ada" }]);
  await session.answer({ kind: "undo" });
  expect([kept[0]!.rejected, session.current?.item, session.labelled]).toEqual([true, "a", 0]);
  await session.answer({ kind: "label", value: "refund" });
  await session.answer({ kind: "skip" });
  expect(kept[1]!.id).not.toBe(kept[0]!.id);
  expect([session.current, session.labelled, session.skipped]).toEqual([undefined, 1, 1]);
  await session.answer({ kind: "undo" });
  expect([session.place, kept.length]).toEqual([{ at: 2, of: 2 }, 2]);
});
