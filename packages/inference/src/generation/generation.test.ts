import { readFile } from "node:fs/promises";
import { loadTokenizer, trainTokenizer } from "@modelwright/data";
import { defaultRuntime, type Runtime } from "@modelwright/engine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { numberTokenizer } from "../testing/number-tokenizer.ts";
import { TokenTexts } from "./constraints/token-texts.ts";
import type { GenerateOptions, Generation } from "./generate-options.ts";
import { Generator } from "./generator.ts";
import { processorsOf } from "./processors/processors.ts";
import { CachedReader } from "./rows/cached-rows.ts";
import { RereadReader } from "./rows/reread-rows.ts";
import type { TokenReader } from "./rows/token-rows.ts";
import { Writing } from "./writing.ts";

// Oracle: Hugging Face's generation and processors; fixtures/generation/make.py writes what they make of a tiny GPT-2.

interface Expected {
  readonly end: number;
  readonly vocabularySize: number;
  readonly written: readonly { prompt: number[]; options: GenerateOptions; tokens: number[] }[];
  readonly processed: {
    readonly tokens: readonly number[];
    readonly cases: readonly { options: GenerateOptions; scores: number[]; left: (number | null)[] }[];
  };
}

const FIXTURES = new URL("../../fixtures/generation/", import.meta.url);
const expected = JSON.parse(await readFile(new URL("expected.json", FIXTURES), "utf8")) as Expected;
const MAX_LENGTH = 32;
const tokenizer = numberTokenizer(expected.vocabularySize);
const endIds = new Set([expected.end]);

test.each(expected.processed.cases)("$options leaves the scores that Hugging Face's processors leave", (each) => {
  const scores = Float32Array.from(each.scores);
  for (const process of processorsOf(each.options, true)) process(scores, { tokens: expected.processed.tokens });
  for (const [id, left] of each.left.entries()) {
    if (left === null) expect(scores[id]).toBe(Number.NEGATIVE_INFINITY);
    else expect(scores[id]).toBeCloseTo(left, 5);
  }
});

const READERS: Readonly<Record<string, (runtime: Runtime) => Promise<TokenReader>>> = {
  "a graph that reads everything again": async (runtime) =>
    new RereadReader(await open(runtime, "whole.onnx"), MAX_LENGTH),
  "a graph that keeps keys and values": async (runtime) =>
    new CachedReader(await open(runtime, "cached.onnx"), { maxLength: MAX_LENGTH, runtime }),
};

async function open(runtime: Runtime, file: string) {
  return runtime.createSession(await readFile(new URL(file, FIXTURES)), { threads: 1 });
}

describe.each(Object.entries(READERS))("with %s", (_, openReader) => {
  let generator: Generator;
  beforeAll(async () => {
    const reader = await openReader(await defaultRuntime());
    const tokenTexts = new TokenTexts(tokenizer);
    generator = new Generator(reader, { tokenizer, tokenTexts, endIds, mostRows: 5 });
  });
  afterAll(() => generator.release());

  const write = (prompt: readonly number[], options: GenerateOptions) => generator.generate({ prompt, options });
  const numbers = ({ text }: Generation) => text.split(" ").filter(Boolean).map(Number);

  test.each(expected.written)("$options behind $prompt writes what Hugging Face writes", async (each) => {
    const { prompt, options, tokens } = each;
    const draws = options.beams === undefined ? { temperature: 0 } : {};
    const written = await write(prompt, { ...options, ...draws });
    const hasEnded = tokens.at(-1) === expected.end;
    expect(numbers(written)).toEqual(hasEnded ? tokens.slice(0, -1) : tokens);
    expect(written.finish).toBe(hasEnded ? "end-of-text" : "max-tokens");
  });

  const PROMPTS = [[0, 5, 9], [0], [0, 31, 2, 2, 17, 8, 23], [0, 1], [0, 9, 9, 9], [0, 30], [0, 12, 13]];
  const asked = PROMPTS.map((prompt, i) => ({ prompt, options: { maxTokens: 4 + 3 * i, seed: i, temperature: 0.8 } }));

  test("texts side by side, more than have room, are those that are written alone", async () => {
    const alone: Generation[] = [];
    for (const { prompt, options } of asked) alone.push(await write(prompt, options));
    expect(await Promise.all(asked.map(({ prompt, options }) => write(prompt, options)))).toEqual(alone);
    expect(new Set(alone.map(({ tokens }) => tokens)).size).toBeGreaterThan(3);
  });

  test("a text that comes while another is written joins it", async () => {
    const [first, second] = [asked[6]!, asked[2]!];
    const alone = [await write(first.prompt, first.options), await write(second.prompt, second.options)];
    let joined: Promise<Generation> | undefined;
    const onText = () => {
      joined ??= write(second.prompt, second.options);
    };
    const long = await generator.generate({ ...first, onText });
    expect([long, await joined]).toEqual(alone);
  });

  test("a text of which a row is full goes on behind its newer tokens", async () => {
    const { tokens, finish } = await write([0, 4], { maxTokens: 3 * MAX_LENGTH, seed: 3, temperature: 100, topK: 39 });
    expect(finish === "max-tokens" ? tokens : MAX_LENGTH + 1).toBeGreaterThan(MAX_LENGTH);
  });

  test("a signal ends its own text and leaves the others", async () => {
    const controller = new AbortController();
    const { prompt, options } = asked[4]!;
    const alone = await write(prompt, options);
    const [left, stayed] = await Promise.allSettled([
      generator.generate({
        prompt: expected.written[2]!.prompt,
        options: { temperature: 0 },
        signal: controller.signal,
        onText: () => controller.abort(new Error("gone")),
      }),
      write(prompt, options),
    ]);
    expect(left).toMatchObject({ status: "rejected", reason: { message: "gone" } });
    expect(stayed).toEqual({ status: "fulfilled", value: alone });
  });

  test("what a text is shown to may fail, and the others go on", async () => {
    const { prompt, options } = asked[4]!;
    const alone = await write(prompt, options);
    const onText = () => {
      throw new Error("no screen");
    };
    const [failed, stayed] = await Promise.allSettled([
      generator.generate({ ...asked[2]!, onText }),
      write(prompt, options),
    ]);
    expect(failed).toMatchObject({ status: "rejected", reason: { message: "no screen" } });
    expect(stayed).toEqual({ status: "fulfilled", value: alone });
  });

  const searched = expected.written.find(({ options, tokens }) => options.beams !== undefined && tokens.length > 2)!;

  test("a search that is under way is finished before the reader is released", async () => {
    const reader = await openReader(await defaultRuntime());
    const own = new Generator(reader, { tokenizer, tokenTexts: new TokenTexts(tokenizer), endIds, mostRows: 5 });
    const { prompt, options } = searched;
    const writing = own.generate({ prompt, options });
    own.release();
    expect(await writing).toEqual(await write(prompt, options));
  });

  test("the unknown token is written by nobody", async () => {
    const reader = await openReader(await defaultRuntime());
    const { prompt, options, tokens } = searched;
    const knowing = { ...tokenizer, unknownId: tokens[0]! };
    const own = new Generator(reader, { tokenizer: knowing, tokenTexts: new TokenTexts(knowing), endIds, mostRows: 5 });
    for (const each of [options, { maxTokens: 20, temperature: 0 }])
      expect(numbers(await own.generate({ prompt, options: each }))).not.toContain(tokens[0]);
    own.release();
  });

  test("a stop string ends a text before it, across tokens", async () => {
    const { prompt } = expected.written[1]!; // 5 25 25 …
    const shown: string[] = [];
    const options = { temperature: 0, stop: ["13 35"], maxTokens: 12 };
    const written = await generator.generate({ prompt, options, onText: (text) => shown.push(text) });
    expect(written).toMatchObject({ text: " 5 25 25 25 25 25 25 25 ", finish: "stop-string" });
    expect(shown.join("")).toBe(written.text);
  });
});

test("a constrained text stands behind a special token as it is shown", async () => {
  const json = await trainTokenizer({
    kind: "word-piece",
    texts: Array<string>(5).fill("one two three"),
    vocabularySize: 60,
    specialTokens: ["[UNK]", "<|endoftext|>"],
  });
  const words = loadTokenizer(json);
  const end = words.idOf("<|endoftext|>")!;
  const [one] = words.encode("one", Number.POSITIVE_INFINITY);
  const model = { tokenizer: words, endIds: new Set([end]), tokenTexts: new TokenTexts(words) };
  const writing = new Writing(model, [one!, end], { regex: " (two|three)", temperature: 0, maxTokens: 9 });
  while (writing.generation === undefined) writing.choose(new Float32Array(words.vocabularySize));
  expect(writing.generation.text).toMatch(/^ (two|three)$/);
});
