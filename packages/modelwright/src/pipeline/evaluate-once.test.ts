import { parseRecipe } from "@modelwright/contracts";
import { classificationFamily, similarityFamily } from "@modelwright/evaluation";
import { expect, test } from "vitest";
import { HeldOut } from "../tasks/held-out.ts";
import type { AnyTask } from "../tasks/task.ts";
import { evaluateOnce, losesTo } from "./evaluate-once.ts";
import type { RunEvent } from "./run-event.ts";

const outcome = {
  labels: ["a", "b"],
  actual: Int32Array.of(0, 1, 0, 1),
  probabilities: Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.7, 0.3, 0.4, 0.6),
};

test("a model that is one of its baselines says so instead of leaving it out in silence", async () => {
  const recipe = parseRecipe({ name: "mails", task: "text-classification", data: { source: "mails.csv" } });
  const events: RunEvent[] = [];
  const task = {
    family: classificationFamily,
    outcome: async () => outcome,
    tables: () => [],
    details: () => ({}),
    baseline: async (name: string) => (name === "tfidf" ? undefined : outcome),
  } as unknown as AnyTask;
  const { baselines } = await evaluateOnce(task, recipe, {
    data: { learning: {}, test: new HeldOut([], 4) } as never,
    fitted: {},
    model: {} as never,
    onEvent: (event) => events.push(event),
  });
  expect(baselines.map(({ name }) => name)).toEqual(["majority"]);
  expect(events.flatMap((event) => (event.type === "verdict" ? [event.sentence] : []))).toEqual([
    expect.stringMatching(/between mails and majority: macro F1 /),
    "mails is tfidf itself, chosen on the validation rows: it is not evaluated twice.",
  ]);
});

test.each([
  ["b", { value: -0.1, low: -0.2, high: -0.05 }, true],
  ["a", { value: 0.1, low: 0.05, high: 0.2 }, false],
  ["undecided", { value: -0.1, low: -0.3, high: 0.1 }, false],
  ["undecided", { value: -0.1 }, true],
  ["undecided", { value: 0.1 }, false],
] as const)("a comparison that says %s by %j loses: %s", (better, difference, loses) => {
  const comparisons = [{ metric: "f1Macro", better, difference }] as never;
  expect(losesTo(classificationFamily, { comparisons })).toBe(loses);
});

test("baselines that cannot be compared by the deciding metric are said to be", async () => {
  const recipe = parseRecipe({ name: "near", task: "embedding", data: { source: "pairs.csv" } });
  const constant = { kind: "similarity", actual: Float64Array.of(0, 1, 0.5), predicted: Float64Array.of(1, 1, 1) };
  const verdicts: object[] = [];
  const task = {
    family: similarityFamily,
    outcome: async () => constant,
    tables: () => [],
    details: () => ({}),
    baseline: async () => ({ ...constant, predicted: Float64Array.of(0, 1, 0.5) }),
  } as unknown as AnyTask;
  await evaluateOnce(task, { ...recipe, evaluate: { ...recipe.evaluate, baselines: ["words"] } } as never, {
    data: { learning: {}, test: new HeldOut([], 3) } as never,
    fitted: {},
    model: {} as never,
    onEvent: (event) => event.type === "verdict" && verdicts.push(event),
  });
  const sentence = "near and words cannot be compared: on the test rows there is no rank correlation of both.";
  expect(verdicts).toEqual([{ type: "verdict", sentence, loses: false }]);
});

test("of a metric of which less is better, more without an interval loses", () => {
  const { metrics } = classificationFamily;
  const comparisons = [{ metric: "logLoss", better: "undecided", difference: { value: 0.1 } }] as never;
  expect(losesTo({ deciding: "logLoss", metrics }, { comparisons })).toBe(true);
});
