import { parseRecipe, type Recipes } from "@modelwright/contracts";
import { expect, test } from "vitest";
import { describeInstructionTuning } from "./describe.ts";

test.each([
  [{}, "LoRA of rank 8"],
  [{ lora: { dora: true, rank: 4 } }, "DoRA of rank 4"],
])("a recipe with %j trains %s", (model, words) => {
  const recipe = {
    name: "chat",
    task: "instruction-tuning",
    data: { source: "chats.jsonl" },
    model: { base: "./decoder", fineTune: "lora", ...model },
  };
  const lines = new Map(describeInstructionTuning(parseRecipe(recipe) as Recipes["instruction-tuning"]));
  expect(lines.get("model")).toContain(`./decoder, ${words};`);
});
