import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadTokenizer, type TextTokenizer } from "@modelwright/data";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeTinyVersion } from "../testing/tiny-version.ts";
import { CausalLanguageModel } from "./causal-language-model.ts";
import { tinyCausalLanguageModel, tinyProbability } from "./tiny-version.ts";

const END = "<|endoftext|>";

let directory: string;
let tokenizer: TextTokenizer;
let model: CausalLanguageModel;
const probability = (previous: string, next: string) => tinyProbability(previous, next, tokenizer.vocabularySize);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-causal-"));
  await writeTinyVersion(directory, await tinyCausalLanguageModel());
  tokenizer = loadTokenizer(JSON.parse(await readFile(join(directory, "tokenizer.json"), "utf8")));
  model = await CausalLanguageModel.load(directory);
});
afterAll(async () => {
  model.release();
  await rm(directory, { recursive: true });
});

test("writes what is likeliest until the text ends", async () => {
  expect(await model.generate("one", { temperature: 0 })).toEqual({
    text: " two three",
    tokens: 2,
    finish: "end-of-text",
  });
  expect(await model.generate("", { temperature: 0, maxTokens: 1 })).toEqual({
    text: "one",
    tokens: 1,
    finish: "max-tokens",
  });
});

test("token ids beyond the vocabulary are refused with the id", async () => {
  const refused = model.generate(Int32Array.of(2, 1000));
  await expect(refused).rejects.toMatchObject({ code: "MODEL_INPUT_INVALID", details: { got: "1000" } });
});

test("a signal ends the writing between two tokens", async () => {
  const controller = new AbortController();
  const writing = model.generate("one", { temperature: 0, signal: controller.signal });
  // The first token is under way, two are to follow.
  controller.abort();
  await expect(writing).rejects.toMatchObject({ name: "AbortError" });
});

test("a document costs what its tokens cost, whatever window each stands in", async () => {
  const sentences = ["one two three", "one three"];
  const stream = [END, "one", "two", "three", "one", "three", END];
  const document = (texts: readonly string[]) => ({ id: texts.join(), sentences: texts });
  const [score, short, empty] = await model.score([document(sentences), document(["two"]), document([])], { seed: 1 });
  const cost = (tokens: readonly string[]) =>
    tokens.slice(1).reduce((sum, next, i) => sum - Math.log(probability(tokens[i]!, next)), 0);
  expect(score).toMatchObject({ tokens: 6, right: 4, characters: "one two three\none three".length });
  expect(score!.loss).toBeCloseTo(cost(stream), 5);
  expect(short).toMatchObject({ tokens: 2, right: 0, characters: 3 });
  expect(short!.loss).toBeCloseTo(cost([END, "two", END]), 5);
  expect(empty).toMatchObject({ tokens: 1, characters: 0 });
  const [targets] = model.targets([document(sentences)]);
  expect(Array.from(targets!, (id) => (id === tokenizer.idOf(END) ? END : tokenizer.decode([id])))).toEqual(
    stream.slice(1),
  );
});

test.each([
  [{ maxTokens: 0 }, "maxTokens: must be at least 1, got 0"],
  [{ temperature: -1 }, "temperature: must be at least 0, got -1"],
  [{ topK: 1.5 }, "topK: must be a whole number, got 1.5"],
  [{ topP: 2 }, "topP: must be at most 1, got 2"],
  [{ seed: -3 }, "seed: must be at least 0, got -3"],
])("%j is refused with its rule", async (options, message) => {
  await expect(model.generate("one", options)).rejects.toThrow(message);
});
