import { expect, test } from "vitest";
import { parseRecipe } from "../recipe/parse-recipe.ts";
import { describeOptions } from "../testing/describe-options.ts";

describeOptions("embedding", {
  item: "Where is my parcel?",
  rules: {
    dimensions: {
      query: "dimensions",
      value: 64,
      refused: [
        [0, "must be at least 1"],
        [1_000_001, "must be at most 1000000"],
        [2.5, "must be a whole number"],
      ],
    },
  },
});

const smallest = { name: "search", task: "embedding", data: { source: "faq.csv" } } as const;

test("the smallest recipe learns from pairs by the negatives of a batch, and stops by NDCG@10", () => {
  expect(parseRecipe(smallest)).toMatchObject({
    data: { examples: "pairs", columns: { text: "text", positive: "positive" } },
    train: { loss: "multiple-negatives", scale: 20, epochs: 3, earlyStopping: { metric: "ndcg10" } },
    evaluate: { baselines: ["base", "tfidf"] },
  });
});

test("scored pairs are learnt by cosine, and stop by rank correlation", () => {
  expect(parseRecipe({ ...smallest, data: { source: "sts.csv", examples: "scores" } })).toMatchObject({
    train: { loss: "cosine", earlyStopping: { metric: "spearman" } },
  });
});

test.each([
  [{ train: { loss: "triplet" } }, "train.loss: pairs are learnt by multiple-negatives, got"],
  [
    { data: { source: "x.csv", examples: "scores" }, train: { loss: "multiple-negatives" } },
    "train.loss: scores are learnt by cosine",
  ],
  [{ train: { earlyStopping: { metric: "spearman" } } }, "train.earlyStopping.metric: pairs are not measured by it"],
  [
    { data: { source: "x.csv", examples: "scores" }, train: { earlyStopping: { metric: "mrr" } } },
    "train.earlyStopping.metric: scores are not measured by it",
  ],
  [{ model: { fineTune: "frozen" } }, "model.fineTune: must be one of"],
  [{ model: { bagLength: 512 } }, "model.bagLength: not a recipe key"],
])("%j breaks a rule", (broken, message) => {
  expect(() => parseRecipe({ ...smallest, ...broken })).toThrow(message);
});

test.each([
  ["pairs", "negative", 'pairs are read from "text" and "positive"'],
  ["pairs", "label", 'pairs are read from "text" and "positive"'],
  ["triplets", "similarity", 'triplets are read from "text", "positive" and "negative"'],
  ["scores", "positive", 'scores are read from "text", "second" and "similarity"'],
  ["labels", "second", 'labels are read from "text" and "label"'],
])("%s do not read columns.%s: a recipe that names it is refused", (examples, column, rule) => {
  const data = { source: "x.csv", examples, columns: { [column]: "mine" } };
  expect(() => parseRecipe({ ...smallest, data })).toThrow(`data.columns.${column}: ${rule}, got "mine"`);
});

test("columns that are not read may be called as the text is, and defaults written out are no names", () => {
  const columns = { text: "second", positive: "positive", label: "queue" };
  const data = { source: "x.csv", examples: "labels", columns };
  expect(parseRecipe({ ...smallest, data })).toMatchObject({ data: { columns } });
  const recipe = parseRecipe({ ...smallest, data: { source: "x.csv", examples: "scores" } });
  expect(parseRecipe(recipe)).toEqual(recipe);
});
