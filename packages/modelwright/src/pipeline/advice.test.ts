import { parseRecipe } from "@modelwright/contracts";
import type { MetricComparison } from "@modelwright/evaluation";
import { expect, test } from "vitest";
import { advise, type RunOutcome } from "./advice.ts";

const comparison = (better: MetricComparison["better"]) =>
  ({ metric: "f1Macro", better, difference: { value: 0 } }) as MetricComparison;
const baseline = (name: string, better: MetricComparison["better"]) => ({ name, comparisons: [comparison(better)] });

function outcome(fineTune: "auto" | "frozen", changed: Partial<RunOutcome> = {}): RunOutcome {
  return {
    recipe: parseRecipe({
      name: "tickets",
      task: "text-classification",
      data: { source: "-" },
      model: { fineTune },
      train: { epochs: 3 },
    }),
    family: { deciding: "f1Macro" },
    learning: { steps: [], evaluations: [] },
    baselines: [],
    ...changed,
  };
}

const validated = (...losses: readonly number[]) => ({
  steps: [],
  evaluations: losses.map((loss, step) => ({ step, loss, metrics: {} })),
});

test("a good result has nothing to advise", () => {
  expect(advise(outcome("auto", { learning: validated(0.5, 0.3, 0.4), baselines: [baseline("tfidf", "a")] }))).toEqual(
    [],
  );
});

test("a network that TF-IDF beats should have had candidates beside it", () => {
  const lost = { baselines: [baseline("majority", "a"), baseline("tfidf", "b")] };
  expect(advise(outcome("frozen", lost))).toEqual([expect.stringContaining("--set model.fineTune=auto")]);
  expect(advise(outcome("auto", lost))).toEqual([]);
  expect(advise(outcome("frozen", { baselines: [baseline("tfidf", "undecided")] }))).toEqual([]);
});

test("a validation loss that still fell asks for more epochs", () => {
  expect(advise(outcome("frozen", { learning: validated(0.5, 0.4) }))).toEqual([
    "the validation loss still fell at the end: train longer, --set train.epochs=6",
  ]);
  expect(advise(outcome("auto", { learning: validated(0.5, 0.4) }))[0]).toMatch(/ and a larger train.budget$/);
  expect(advise(outcome("frozen", { learning: validated(0.4) }))).toEqual([]);
});

test("candidates that had no time ask for more of it", () => {
  const passedOver = ["frozen", "full"].map((name) => ({ name, reason: "too long" }));
  const candidates = { metric: "f1Macro", kept: "tfidf", tried: [], passedOver };
  expect(advise(outcome("auto", { candidates }))).toEqual(["a larger train.budget lets frozen and full compete"]);
});
