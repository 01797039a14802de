import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadTokenizer, type TextTokenizer } from "@modelwright/data";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeTinyVersion } from "../testing/tiny-version.ts";
import { MaskedLanguageModel } from "./masked-language-model.ts";
import { tinyMaskedLanguageModel, tinyTokenProbabilities } from "./tiny-version.ts";

const SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const WORDS = ["red", "green", "blue", "grey"];

let directory: string;
let tokenizer: TextTokenizer;
let model: MaskedLanguageModel;
/** What the model gives each token wherever it looks: it knows no context. */
let probabilities: number[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-masked-"));
  await writeTinyVersion(directory, await tinyMaskedLanguageModel());
  tokenizer = loadTokenizer(JSON.parse(await readFile(join(directory, "tokenizer.json"), "utf8")));
  probabilities = tinyTokenProbabilities(tokenizer);
  model = await MaskedLanguageModel.load(directory);
});
afterAll(async () => {
  model.release();
  await rm(directory, { recursive: true });
});

test("fills each mask with the likeliest tokens that stand for text", async () => {
  const { text, masks } = await model.fill("red [MASK] green [MASK]", { top: 2 });
  expect(text).toBe("red blue green blue");
  const words = SPECIAL.reduce((sum, token) => sum - probabilities[tokenizer.idOf(token)!]!, 1);
  for (const candidates of masks) {
    expect(candidates.map(({ token }) => token)).toEqual(["blue", "grey"]);
    for (const { token, probability } of candidates)
      expect(probability).toBeCloseTo(probabilities[tokenizer.idOf(token)!]! / words, 5);
  }
});

const documents = Array.from({ length: 6 }, (_, document) => ({
  id: `d${document}`,
  sentences: Array.from(
    { length: 12 },
    (_, at) => `${WORDS[(document + at) % 4]} ${WORDS[at % 4]} ${WORDS[document % 4]}`,
  ),
}));

test("documents cost what their masked tokens cost, and the pairs that follow each other are counted", async () => {
  const scores = await model.score(documents, { seed: 5 });
  const targets = model.targets(documents, { seed: 5 });
  for (const [i, score] of scores.entries()) {
    const labels = [...targets[i]!];
    expect(score.tokens).toBe(labels.length);
    expect(score.loss).toBeCloseTo(
      labels.reduce((sum, id) => sum - Math.log(probabilities[id]!), 0),
      4,
    );
    expect(score.right).toBe(0);
    expect(score.characters).toBeUndefined();
  }
  const pairs = scores.map((score) => score.pairs!);
  const [count, right] = [
    pairs.reduce((sum, each) => sum + each.count, 0),
    pairs.reduce((sum, each) => sum + each.right, 0),
  ];
  // About half of the pairs follow each other.
  expect(count).toBeGreaterThan(15);
  expect(right / count).toBeGreaterThan(0.2);
  expect(right / count).toBeLessThan(0.8);
});

test("the same seed asks for the same tokens, another one for others", async () => {
  const once = model.targets(documents, { seed: 5 });
  expect(model.targets(documents, { seed: 5 })).toEqual(once);
  expect(model.targets(documents, { seed: 6 })).not.toEqual(once);
});
