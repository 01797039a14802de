import { parseRecipe, type RecipeInput } from "@modelwright/contracts";
import { expect, test } from "vitest";
import { recipeDigest } from "./recipe-digest.ts";

const digestOf = (train: RecipeInput["train"]) =>
  recipeDigest(parseRecipe({ name: "tickets", task: "text-classification", data: { source: "tickets.csv" }, train }));

test.each([
  { threads: 3 },
  { executionProvider: "webgpu" },
  { executionProvider: "auto", cpuFallback: "refuse" },
] as const)("is the same wherever the run is computed: %o", (machine) => expect(digestOf(machine)).toBe(digestOf({})));

test.each([{ seed: 8 }, { epochs: 5 }, { optimizer: "sgd" }] as const)(
  "differs with what decides the weights: %o",
  (train) => expect(digestOf(train)).not.toBe(digestOf({})),
);
