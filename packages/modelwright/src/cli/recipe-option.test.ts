import { expect, test } from "vitest";
import { recipePathMeant } from "./recipe-option.ts";

test.each([
  ["--epochs", "train.epochs"],
  ["--epochs=3", "train.epochs"],
  ["--batch-size", "train.batchSize"],
  ["--batch_size", "train.batchSize"],
  ["--lr", "train.learningRate"],
  ["--max-lenght", "model.maxLength"],
  ["--text", "data.columns.text"],
])("%s of train is %s in the recipe", (option, path) => {
  expect(recipePathMeant(option)).toBe(path);
});

test.each(["--frobnicate", "--", "-x"])("%s is meant for no value", (option) => {
  expect(recipePathMeant(option)).toBeUndefined();
});
