import { parseRecipe } from "@modelwright/contracts";
import { expect, test } from "vitest";
import { recipeDifferences } from "./recipe-differences.ts";

const recipe = (train: object, evaluate: object = {}) =>
  parseRecipe({ name: "mails", task: "text-classification", data: { source: "a.csv" }, train, evaluate });

test("names each value that differs, those of the machine aside", () => {
  const before = recipe({ epochs: 3, threads: 1 }, { gates: { f1Macro: { min: 0.9 } } });
  const after = recipe({ epochs: 5, threads: 2 }, { baselines: ["majority"] });
  expect(recipeDifferences(before, after)).toEqual([
    { path: "train.epochs", before: "3", after: "5" },
    { path: "evaluate.baselines", before: '["majority","tfidf"]', after: '["majority"]' },
    { path: "evaluate.gates.f1Macro.min", before: "0.9", after: undefined },
  ]);
  expect(recipeDifferences(before, before)).toEqual([]);
});
