import { expect, test } from "vitest";
import { parseRecipe } from "../parse-recipe.ts";
import { asFrozen, asScratch } from "./fine-tuning.ts";

test("a head starts on vectors in the candidate that has them and trains more than it", () => {
  const recipe = parseRecipe({
    name: "mails",
    task: "text-classification",
    data: { source: "mails.csv" },
    train: { headStart: "vectors" },
  });
  expect(recipe.train.headStart).toBe("vectors");
  for (const candidate of [asScratch(recipe), asFrozen(recipe)]) {
    expect(candidate.train.headStart).toBe("random");
    // What a candidate is trained by is a recipe that may be written.
    expect(() => parseRecipe(candidate)).not.toThrow();
  }
});
