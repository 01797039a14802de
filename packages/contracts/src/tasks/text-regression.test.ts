import { expect, test } from "vitest";
import { parseRecipe } from "../recipe/parse-recipe.ts";
import { describeOptions } from "../testing/describe-options.ts";

describeOptions("text-regression", { item: "Where is my parcel?", rules: {} });

const smallest = { name: "stars", task: "text-regression", data: { source: "reviews.csv" } } as const;

test("the smallest recipe predicts the column target by squared error and stops by its root mean", () => {
  expect(parseRecipe(smallest)).toMatchObject({
    data: { columns: { text: "text", target: "target" }, clean: { duplicates: "near", missing: "drop" } },
    train: { loss: "mse", huberDelta: 1, epochs: 4, earlyStopping: { patience: 3, metric: "rmse" } },
    evaluate: { baselines: ["mean", "tfidf"], gates: {} },
  });
});

test.each([
  [{ train: { loss: "hinge" } }, 'train.loss: must be one of "mse", "huber", got "hinge"'],
  [{ train: { huberDelta: 0 } }, "train.huberDelta: must be above 0, got 0"],
  [{ train: { earlyStopping: { metric: "accuracy" } } }, "train.earlyStopping.metric: must be one of"],
  [{ evaluate: { baselines: ["majority"] } }, "evaluate.baselines.0: must be "],
  [
    { evaluate: { gates: { rmsd: { max: 1 } } } },
    'evaluate.gates.rmsd: not a metric of this task, got {"max":1}; write rmse',
  ],
  [{ evaluate: { gates: { "f1:a": { min: 1 } } } }, "evaluate.gates.f1:a: not a metric of this task"],
])("%j breaks a rule", (broken, message) => {
  expect(() => parseRecipe({ ...smallest, ...broken })).toThrow(message);
});
