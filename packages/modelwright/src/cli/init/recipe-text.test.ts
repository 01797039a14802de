import { parseRecipe } from "@modelwright/contracts";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { sampleTickets } from "../../tasks/text-classification/sample-tickets.ts";
import { chooseDraft } from "./choose-draft.ts";
import { modelName, recipeText } from "./recipe-text.ts";

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
  const column = (name: string, counts: Map<string, number>) => {
    return { name, filled: rows, blankRows: [], characters: 9, words: 3, numbers: 0, counts };
  };
  const few = new Map([
    ["x", rows / 2],
    ["y", rows / 2],
  ]);
  const sketch = { rows, columns: [column(columns.text, new Map()), column(columns.label, few)] };
  const chosen = chooseDraft({ kind: "table", sketch, named: { text: columns.text, label: columns.label } });
  if ("unclear" in chosen) throw new Error("no draft");
  const draft = { ...chosen.draft, columns };
  const text = recipeText({ name: "my-model", task: chosen.task, source: "./a #1: x.csv", draft });
  const recipe = parseRecipe(parse(text));
  expect(recipe.data).toMatchObject({ source: "./a #1: x.csv", columns });
  expect(recipe.model).toHaveProperty("fineTune", "auto");
  expect(recipe.train).toHaveProperty("earlyStopping.metric", rows < 1000 ? "loss" : "f1Macro");
});

test("a draft for a folder of texts is a valid recipe", () => {
  const chosen = chooseDraft({ kind: "documents" });
  if ("unclear" in chosen) throw new Error("no draft");
  const recipe = parseRecipe(parse(recipeText({ name: "essays", source: "./my #essays", ...chosen })));
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
