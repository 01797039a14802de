import { loadTokenizer, type TextTokenizer, trainTokenizer } from "@modelwright/data";
import { defaultRuntime, encodeModel, GraphBuilder, tensorFrom } from "@modelwright/engine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CausalLanguageModel } from "./causal-language-model.ts";

const END = "<|endoftext|>";
/** Which piece follows which, and how likely it is: the rest is shared by the others. */
const FOLLOWS: Readonly<Record<string, readonly [next: string, probability: number]>> = {
  [END]: ["one", 0.9],
  one: ["two", 0.8],
  two: ["three", 0.7],
  three: [END, 0.6],
};

let tokenizer: TextTokenizer;
let model: CausalLanguageModel;
let probability: (previous: string, next: string) => number;

beforeAll(async () => {
  const json = await trainTokenizer({
    kind: "word-piece",
    texts: Array(5).fill("one two three"),
    vocabularySize: 60,
    specialTokens: ["[UNK]", END],
  });
  tokenizer = loadTokenizer(json);
  const size = tokenizer.vocabularySize;
  const name = (id: number) => (id === tokenizer.idOf(END) ? END : tokenizer.decode([id]));
  const names = Array.from({ length: size }, (_, id) => name(id));
  probability = (previous, next) => {
    const [likeliest, share] = FOLLOWS[previous] ?? [];
    if (likeliest === undefined || share === undefined) return 1 / size;
    return next === likeliest ? share : (1 - share) / (size - 1);
  };
  const b = new GraphBuilder({ name: "pairs" });
  const ids = b.input("input_ids", "int64", ["batch", "sequence"]);
  // Scores are logarithms, moved by a number of their own in each row: a softmax must not see it.
  const scores = names.flatMap((previous, row) => names.map((next) => Math.log(probability(previous, next)) + row));
  b.output(b.op("Gather", [b.initializer("table", tensorFrom("float32", [size, size], scores)), ids]), "logits");
  const session = await (await defaultRuntime()).createSession(encodeModel(b.build()));
  const endOfTextId = tokenizer.idOf(END)!;
  model = new CausalLanguageModel({ tokenizer: "tokenizer.json", maxLength: 3, endOfTextId }, { tokenizer, session });
});
afterAll(() => model.release());

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

test("a document costs what its pieces cost, whatever window each stands in", async () => {
  const sentences = ["one two three", "one three"];
  const stream = [END, "one", "two", "three", "one", "three", END];
  const document = (texts: readonly string[]) => ({ id: texts.join(), sentences: texts });
  const [score, short, empty] = await model.score([document(sentences), document(["two"]), document([])], { seed: 1 });
  const cost = (pieces: readonly string[]) =>
    pieces.slice(1).reduce((sum, next, i) => sum - Math.log(probability(pieces[i]!, next)), 0);
  expect(score).toMatchObject({ pieces: 6, right: 4, characters: "one two three\none three".length });
  expect(score!.loss).toBeCloseTo(cost(stream), 5);
  expect(short).toMatchObject({ pieces: 2, right: 0, characters: 3 });
  expect(short!.loss).toBeCloseTo(cost([END, "two", END]), 5);
  expect(empty).toMatchObject({ pieces: 1, characters: 0 });
  const [targets] = model.targets([document(sentences)]);
  expect(Array.from(targets!, (id) => (id === tokenizer.idOf(END) ? END : tokenizer.decode([id])))).toEqual(
    stream.slice(1),
  );
});

test.each([
  [{ maxTokens: 0 }, "maxTokens: must be a whole number of at least 1, got 0"],
  [{ temperature: -1 }, "temperature: must be a number of at least 0, got -1"],
  [{ topK: 1.5 }, "topK: must be a whole number of at least 1, got 1.5"],
  [{ topP: 2 }, "topP: must be above 0 and at most 1, got 2"],
  [{ seed: -3 }, "seed: must be a whole number of at least 0, got -3"],
])("%j is refused with its rule", async (options, message) => {
  await expect(model.generate("one", options)).rejects.toThrow(message);
});
