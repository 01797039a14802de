import { expect, test } from "vitest";
import { heldAgainstEncoder } from "./language-check.ts";

const LATIN = Object.fromEntries([..."[abcdefghijklmnopqrstuvwxyzäöü"].map((letter, id) => [letter, id]));
const encoder = {
  name: "small-en",
  languages: ["en"],
  tokenizerJson: {
    normalizer: { type: "Lowercase" },
    pre_tokenizer: { type: "Whitespace" },
    model: { type: "BPE", unk_token: "[", vocab: LATIN, merges: [] },
  },
};
const ENGLISH = ["The room was clean and the staff were kind.", "I do not like it at all."];
const GERMAN = ["Das Zimmer war sauber und die Leute sind nett.", "Es ist nicht gut und wir sind auch nicht froh."];
const CHINESE = ["房间很干净，服务也不错。", "早餐太差了，不会再来。"];

test.each<[string, readonly string[], string, string[]]>([
  ["its own language", ENGLISH, "auto", []],
  [
    "another language in its letters",
    GERMAN,
    "frozen",
    [
      "the texts are German; small-en has seen English only: expect little of it; model.base: none learns from the training rows alone",
    ],
  ],
  [
    "letters that it does not know",
    CHINESE,
    "auto",
    [
      "the texts are Chinese; small-en has seen English only and does not know 100.0 % of their letters: it is left out, TF-IDF and a network from scratch are tried (model.fineTune: auto)",
    ],
  ],
  [
    "another language in its letters, among other candidates",
    GERMAN,
    "auto",
    [
      "the texts are German; small-en has seen English only: TF-IDF and a network from scratch are tried before it (model.fineTune: auto)",
    ],
  ],
  ["no letters", ["12 %", "👍"], "auto", []],
])("%s", (_, texts, fineTune, warnings) => {
  expect(heldAgainstEncoder(texts, encoder, { fineTune }).warnings).toEqual(warnings);
});

test("an encoder of unknown languages is held against its letters alone", () => {
  const anybody = { ...encoder, languages: [] };
  expect(heldAgainstEncoder(GERMAN, anybody, { fineTune: "auto" }).warnings).toEqual([]);
  expect(heldAgainstEncoder(CHINESE, anybody, { fineTune: "full" }).warnings).toEqual([
    "the texts are Chinese; small-en does not know 100.0 % of their letters: expect little of it; model.base: none learns from the training rows alone",
  ]);
});

test("to a network from scratch no text is foreign", () => {
  const { language, warnings } = heldAgainstEncoder(CHINESE, undefined, { fineTune: "auto" });
  expect([language?.language, warnings]).toEqual(["zh", []]);
});
