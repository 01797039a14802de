import { expect, test } from "vitest";
import { parseRecipe } from "../recipe/parse-recipe.ts";
import { describeOptions } from "../testing/describe-options.ts";

describeOptions("token-classification", { item: "Anna moved to Oslo.", rules: {} });

const smallest = { name: "names", task: "token-classification", data: { source: "names.conll" } } as const;

test("the smallest recipe trains from scratch and stops by span F1", () => {
  expect(parseRecipe(smallest)).toMatchObject({
    data: { columns: { text: "text", spans: "spans" }, clean: { duplicates: "exact" } },
    model: { base: "none", architecture: "bilstm", units: "auto" },
    train: { earlyStopping: { patience: 5, metric: "f1Micro" } },
  });
});

test.each([
  [
    { model: { base: "use-lite-en" } },
    'model.base: use-lite-en has one vector per text and none per token, got "use-lite-en"',
  ],
  [{ model: { units: "pieces" } }, "model.units: must be one of"],
  [{ evaluate: { gates: { "rocAuc:PER": { min: 1 } } } }, "evaluate.gates.rocAuc:PER: not a metric of this task"],
])("%j breaks a rule", (broken, message) => {
  expect(() => parseRecipe({ ...smallest, ...broken })).toThrow(message);
});

test("a gate may be on the spans of one label", () => {
  const gates = { "f1:PER": { min: 0.5 } };
  expect(parseRecipe({ ...smallest, evaluate: { gates } }).evaluate.gates).toEqual(gates);
});
