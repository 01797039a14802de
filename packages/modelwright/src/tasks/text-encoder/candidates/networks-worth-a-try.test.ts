import { parseRecipe } from "@modelwright/contracts";
import { expect, test } from "vitest";
import type { TextEncoderRecipe } from "../text-encoder-recipe.ts";
import { networksWorthATry } from "./networks-worth-a-try.ts";

const ENGLISH = ["The room was clean and the staff were kind to us.", "I do not like it at all."];
const GERMAN = ["Das Zimmer war sauber und die Leute sind nett.", "Es ist nicht gut und wir sind auch nicht froh."];
const CHINESE = ["房间很干净，服务也不错。", "早餐太差了，不会再来。"];

const SCRATCH = { scratch: true, pretrained: false };
const PRETRAINED = { scratch: false, pretrained: true };

test.each<[string, readonly string[], object, { readonly scratch: boolean; readonly pretrained: boolean }]>([
  ["the encoder alone for its own language", ENGLISH, {}, PRETRAINED],
  ["both for another language in its letters", GERMAN, {}, { scratch: true, pretrained: true }],
  ["none that reads nothing of the texts", CHINESE, {}, SCRATCH],
  ["what the recipe names, whatever the texts are", CHINESE, { fineTune: "frozen" }, PRETRAINED],
  ["only what is from scratch where there is no base", ENGLISH, { base: "none" }, SCRATCH],
  [
    "what is from scratch too where rows are many",
    new Array(10_000).fill(ENGLISH[0]),
    {},
    { scratch: true, pretrained: true },
  ],
])("%s", async (_, train, model, expected) => {
  const recipe = parseRecipe({ name: "x", task: "text-classification", data: { source: "-" }, model });
  const texts = { train, validation: [] };
  expect(
    await networksWorthATry(recipe as TextEncoderRecipe, { texts, outputs: 2, context: { baseDir: "." } }),
  ).toEqual(expected);
});
