import { parseRecipe } from "@modelwright/contracts";
import { classificationFamily, type MetricComparison } from "@modelwright/evaluation";
import { expect, test } from "vitest";
import { advise, type RunOutcome } from "./advice.ts";

const comparison = (better: MetricComparison["better"]) =>
  ({ metric: "f1Macro", better, difference: { value: 0 } }) as MetricComparison;
const baseline = (name: string, better: MetricComparison["better"]) => ({ name, comparisons: [comparison(better)] });

function outcome(fineTune: "auto" | "frozen" | "full", changed: Partial<RunOutcome> = {}): RunOutcome {
  return {
    recipe: parseRecipe({
      name: "tickets",
      task: "text-classification",
      data: { source: "-" },
      model: { fineTune },
      train: { epochs: 3 },
    }),
    family: classificationFamily,
    measures: { f1Macro: { value: 0.9 } },
    earlier: [],
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

test("a student is not told to compete with TF-IDF, which learns from no teacher", () => {
  const { recipe } = outcome("full");
  const taught = { ...recipe, train: { ...recipe.train, teacher: "tickets:1" } } as RunOutcome["recipe"];
  expect(advise(outcome("full", { recipe: taught, baselines: [baseline("tfidf", "b")] }))).toEqual([]);
});

test("what reached more on the same rows is what to go back to", () => {
  const of = (version: number, fineTune: string, value: number) => ({
    version,
    fineTune,
    measures: { f1Macro: { value } },
  });
  const earlier = [of(1, "frozen", 0.9612), of(2, "full", 0.8), of(3, "linear", 0.99)];
  expect(advise(outcome("full", { earlier }))).toEqual([
    "frozen reached macro F1 0.961 on the same test rows (version 1): --set model.fineTune=frozen",
  ]);
  expect(advise(outcome("frozen", { earlier }))).toEqual([]);
  expect(advise(outcome("full", { earlier: [of(1, "frozen", 0.905)] }))).toEqual([]);
});

test("a validation loss that still fell asks for more epochs", () => {
  expect(advise(outcome("frozen", { learning: validated(0.5, 0.4) }))).toEqual([
    "the validation loss still fell at the end: train longer, --set train.epochs=6",
  ]);
  expect(advise(outcome("auto", { learning: validated(0.5, 0.4) }))[0]).toMatch(/ and a larger train.budget$/);
  expect(advise(outcome("frozen", { learning: validated(0.4) }))).toEqual([]);
  const recipe = parseRecipe({
    name: "essays",
    task: "causal-language-modeling",
    data: { source: "-" },
    train: { steps: 60 },
  });
  expect(advise({ ...outcome("frozen", { learning: validated(0.5, 0.4) }), recipe })).toEqual([
    "the validation loss still fell at the end: train longer, --set train.steps=120",
  ]);
});

test("of a table the boosted trees are what may be trained longer, where the model has them", () => {
  const recipe = parseRecipe({
    name: "churn",
    task: "tabular-classification",
    data: { source: "churn.csv", columns: { label: "churn" } },
    train: { rounds: 50 },
  });
  const advice = (kept?: string) =>
    advise({
      ...outcome("frozen", { learning: validated(0.5, 0.4) }),
      recipe,
      candidates: kept === undefined ? undefined : { metric: "logLoss", kept, tried: [], passedOver: [] },
    });
  const longer = ["the validation loss still fell at the end: train longer, --set train.rounds=100"];
  expect(advice()).toEqual(longer);
  expect(advice("boosted-trees")).toEqual(longer);
  expect(advice("linear")).toEqual([]);
});

test("a label that is hardly ever found should count more, unless it does", () => {
  const recalls = (rare: number) => ({
    f1Macro: { value: 0.5 },
    "recall:no": { value: 1 },
    "recall:yes": { value: rare },
  });
  expect(advise(outcome("auto", { measures: recalls(0.009) }))).toEqual([
    'rows of "yes" are hardly ever found: --set train.classWeights=balanced lets rare labels count more',
  ]);
  expect(advise(outcome("auto", { measures: recalls(0.4) }))).toEqual([]);
  const { recipe } = outcome("auto");
  const balanced = { ...recipe, train: { ...recipe.train, classWeights: "balanced" } } as RunOutcome["recipe"];
  expect(advise(outcome("auto", { recipe: balanced, measures: recalls(0) }))).toEqual([]);
});

test("candidates that had no time ask for more of it", () => {
  const passedOver = ["frozen", "full"].map((name) => ({ name, reason: "too long" }));
  const candidates = { metric: "f1Macro", kept: "tfidf", tried: [], passedOver };
  expect(advise(outcome("auto", { candidates }))).toEqual(["a larger train.budget lets frozen and full compete"]);
});

test("time helps no candidate that reads another language than the texts are in", () => {
  const passedOver = ["frozen", "full", "cnn"].map((name) => ({ name, reason: "too long" }));
  const candidates = { metric: "f1Macro", kept: "tfidf", tried: [], passedOver };
  expect(advise(outcome("auto", { candidates, isForeign: true }))).toEqual(["a larger train.budget lets cnn compete"]);
  const pretrained = { ...candidates, passedOver: passedOver.slice(0, 2) };
  expect(advise(outcome("auto", { candidates: pretrained, isForeign: true }))).toEqual([]);
});
