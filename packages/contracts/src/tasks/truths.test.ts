import { expect, test } from "vitest";
import type { TaskName } from "./tasks.ts";
import { truthSchema } from "./tasks.ts";

const labels = ["退款", "other"];

/** What may be said of answers of a task, and what may not. */
const CASES: readonly (readonly [TaskName, readonly unknown[], readonly unknown[]])[] = [
  ["text-classification", ["退款", "other"], ["refund", null, 1, ["other"]]],
  ["tabular-classification", ["other"], ["Other", true]],
  ["multi-label-classification", [[], ["other", "退款"]], ["other", ["other", "other"], ["x"]]],
  ["text-regression", [0, -1.5], ["1", Number.NaN, null]],
  ["tabular-regression", [1e300], [Number.POSITIVE_INFINITY]],
  [
    "token-classification",
    [
      [],
      [
        { start: 0, end: 2, label: "退款" },
        { start: 2, end: 3, label: "other" },
      ],
    ],
    [
      [{ start: 2, end: 2, label: "other" }],
      [{ start: 0, end: 2, label: "x" }],
      [
        { start: 0, end: 3, label: "other" },
        { start: 2, end: 4, label: "other" },
      ],
      [{ start: 0, end: 2, label: "other", text: "ab" }],
    ],
  ],
  ["anomaly-detection", [true, false], ["yes", 1]],
  ["sequence-to-sequence", ["Late parcel."], ["", 3]],
  ["instruction-tuning", ["Under Orders."], [[]]],
];

test.each(CASES)("a truth of %s is in the form of its answers", (task, right, wrong) => {
  const schema = truthSchema({ task, labels } as never)!;
  for (const value of right) expect(schema.safeParse(value).success, JSON.stringify(value)).toBe(true);
  for (const value of wrong) expect(schema.safeParse(value).success, JSON.stringify(value)).toBe(false);
});

test("a wrong label is answered with those that the model has", () => {
  const schema = truthSchema({ task: "text-classification", labels } as never)!;
  expect(schema.safeParse("refund").error?.issues[0]?.message).toBe('must be "退款" or "other"');
  const many = Array.from({ length: 77 }, (_, i) => `l${i}`);
  const { error } = truthSchema({ task: "text-classification", labels: many } as never)!.safeParse("x");
  expect(error!.issues[0]!.message.length).toBeLessThan(250);
});

test("of texts that go on, of vectors and of forecasts nobody knows the truth", () => {
  for (const task of ["causal-language-modeling", "embedding", "time-series-forecasting", "recommendation"] as const) {
    expect(truthSchema({ task })).toBeUndefined();
  }
});
