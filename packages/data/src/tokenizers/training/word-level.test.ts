import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadTokenizer } from "../load-tokenizer.ts";
import type { TokenizerJson } from "../pipeline/pipeline-tokenizer.ts";
import { trainTokenizer } from "./train-tokenizer.ts";

/** What Hugging Face tokenizers learn of the texts, and make of them: see word-level.py. */
interface Learnt {
  readonly tokenizer: TokenizerJson;
  readonly ids: readonly (readonly number[])[];
  readonly decoded: readonly string[];
}
const fixture = JSON.parse(
  readFileSync(new URL("../../../fixtures/word-level.json", import.meta.url), "utf8"),
) as Readonly<Record<"training" | "texts", readonly string[]> & Record<"word" | "character", Learnt>>;

describe.each(["word", "character"] as const)("the kind %s", (kind) => {
  const expected = fixture[kind];
  const learn = (options: { readonly vocabularySize?: number; readonly minFrequency?: number } = {}) =>
    trainTokenizer({
      kind,
      texts: fixture.training,
      vocabularySize: 1000,
      specialTokens: ["[PAD]", "[UNK]"],
      ...options,
    });

  test("writes the file that Hugging Face tokenizers write", async () => {
    expect(JSON.parse(JSON.stringify(await learn()))).toEqual(expected.tokenizer);
  });

  test("gives and reads its ids", async () => {
    const tokenizer = loadTokenizer(await learn());
    const ids = fixture.texts.map((text) => Array.from(tokenizer.encode(text, 1000)));
    expect(ids).toEqual(expected.ids);
    expect(ids.map((row) => tokenizer.decode(row))).toEqual(expected.decoded);
    expect([tokenizer.padId, tokenizer.unknownId]).toEqual([0, 1]);
  });

  test("keeps the most frequent, whatever the order of the texts", async () => {
    const [whole, small] = [await learn(), await learn({ vocabularySize: 6 })];
    const tokensOf = ({ model }: TokenizerJson) =>
      Object.entries(model.vocab as Record<string, number>).filter(([, id]) => id < 6);
    expect(new Map(tokensOf(small))).toEqual(new Map(tokensOf(whole)));
    const others = { kind, texts: fixture.training.toReversed(), vocabularySize: 6, specialTokens: ["[PAD]", "[UNK]"] };
    expect(await trainTokenizer(others)).toEqual(small);
  });

  test("knows what occurs once only where it is asked to", async () => {
    const [twice, once] = [await learn(), await learn({ minFrequency: 1 })].map(loadTokenizer);
    expect(once!.vocabularySize).toBeGreaterThan(twice!.vocabularySize);
  });
});
