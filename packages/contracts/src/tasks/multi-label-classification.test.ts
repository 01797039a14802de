import { expect, test } from "vitest";
import { parseRecipe } from "../recipe/parse-recipe.ts";
import { describeOptions } from "../testing/describe-options.ts";

describeOptions("multi-label-classification", {
  item: "Where is my parcel?",
  rules: { all: { query: "all", value: true, refused: [["yes", "must be true or false"]] } },
});

const smallest = { name: "topics", task: "multi-label-classification", data: { source: "complaints.csv" } } as const;

test("the smallest recipe reads the column labels and stops by the mean of average precisions", () => {
  expect(parseRecipe(smallest)).toMatchObject({
    data: { columns: { text: "text", labels: "labels" }, clean: { duplicates: "near", minRowsPerLabel: 2 } },
    train: { positiveWeights: "none", epochs: 4, earlyStopping: { patience: 3, metric: "averagePrecisionMacro" } },
    evaluate: { baselines: ["frequency", "tfidf"], gates: {} },
  });
});

test("a gate may name a metric of one label", () => {
  const gates = { f1Micro: { min: 0.8 }, "recall:food": { min: 0.5 } };
  expect(parseRecipe({ ...smallest, evaluate: { gates } }).evaluate.gates).toEqual(gates);
});

test.each([
  [{ train: { positiveWeights: "yes" } }, 'train.positiveWeights: must be one of "none", "balanced"'],
  [{ train: { earlyStopping: { metric: "accuracy" } } }, "train.earlyStopping.metric: must be one of"],
  [{ data: { source: "x.csv", labelSeparator: "" } }, "data.labelSeparator: must not be empty"],
  [{ evaluate: { gates: { accuracy: { min: 1 } } } }, "evaluate.gates.accuracy: not a metric of this task"],
])("%j breaks a rule", (broken, message) => {
  expect(() => parseRecipe({ ...smallest, ...broken })).toThrow(message);
});
