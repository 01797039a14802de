import { parseRecipe } from "@modelwright/contracts";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { languageModelRecipeText } from "./language-model-recipe-text.ts";
import { modelName, recipeText } from "./recipe-text.ts";
import { sampleTickets } from "./sample-tickets.ts";

test.each([
  ["data/My Tickets (2).csv", "my-tickets-2"],
  ["Überblick.jsonl", "uberblick"],
  ["_x.csv", "x"],
  ["邮件.csv", "my-model"],
  [`${"a".repeat(80)}.csv`, "a".repeat(64)],
])("the model of %s is %s", (path, name) => {
  expect(modelName(path)).toBe(name);
});

test.each([50, 5000])("a draft of %i rows is a valid recipe, whatever its columns are called", (rows) => {
  const columns = { text: "a: b, {c}", label: "#label", id: "'id\"" };
  const recipe = parseRecipe(parse(recipeText({ name: "my-model", source: "./a #1: x.csv", columns, rows })));
  expect(recipe.data).toMatchObject({ source: "./a #1: x.csv", columns });
  expect(recipe.model).toHaveProperty("fineTune", rows < 1000 ? "frozen" : "full");
});

test("a draft for a folder of texts is a valid recipe", () => {
  const recipe = parseRecipe(parse(languageModelRecipeText({ name: "essays", source: "./my #essays" })));
  expect(recipe).toMatchObject({ name: "essays", task: "causal-language-modeling", data: { source: "./my #essays" } });
});

test("the sample has 120 different texts in four queues", () => {
  const [header, ...rows] = sampleTickets().trim().split("\n");
  expect(header).toBe("text,label");
  expect(new Set(rows).size).toBe(120);
  expect(new Set(rows.map((row) => row.split(",").at(-1)))).toEqual(
    new Set(["shipping", "refund", "account", "invoice"]),
  );
});
