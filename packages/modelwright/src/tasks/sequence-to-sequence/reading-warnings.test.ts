import { loadTokenizer, trainTokenizer } from "@modelwright/data";
import { expect, test } from "vitest";
import { readingWarnings } from "./reading-warnings.ts";

const row = (text: string, output: string) => ({ text, output });
const reading = { prefix: "", maxSourceLength: 40, maxTargetLength: 40 };

async function tokenizerOf(kind: "byte-pair" | "unigram", texts: readonly string[]) {
  const specialTokens = kind === "unigram" ? ["<pad>", "[UNK]"] : ["<pad>"];
  return loadTokenizer(await trainTokenizer({ kind, texts, vocabularySize: 300, specialTokens }));
}

const TEXTS = ["one two three", "½ a  b 伊倍"];
const rows = TEXTS.map((text) => row(text, text));

test("rows that are learnt as they stand are told of in no word", async () => {
  expect(readingWarnings(rows, { tokenizer: await tokenizerOf("byte-pair", TEXTS) }, reading)).toEqual([]);
});

test("texts beyond what is read are counted, and the first is shown with what to do", async () => {
  const tokenizer = await tokenizerOf("byte-pair", TEXTS);
  expect(readingWarnings(rows, { tokenizer }, { ...reading, maxSourceLength: 2, maxTargetLength: 2 })).toEqual([
    '2 of 2 training rows: sources lose their end, the first "one two three"; raise model.maxSourceLength, 2 now',
    '2 of 2 training rows: targets lose their end, and are learnt as if they ended there, the first "one two three"; raise model.maxTargetLength, 2 now',
  ]);
});

test("targets that the tokenizer changes are counted", async () => {
  const tokenizer = await tokenizerOf("unigram", TEXTS);
  expect(readingWarnings(rows, { tokenizer }, reading)).toEqual([
    expect.stringMatching(/^1 of 2 training rows: targets cannot be written letter by letter .*the first "½ a {1,2}b/),
  ]);
});
