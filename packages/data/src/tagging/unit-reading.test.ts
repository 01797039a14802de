import fc from "fast-check";
import { expect, test } from "vitest";
import { loadTokenizer } from "../tokenizers/load-tokenizer.ts";
import { readUnits } from "./unit-reading.ts";

const TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "anna", "os", "##lo", "moved", "to", ".", "lin", "##d", "##qvist"];
const idOf = (token: string) => TOKENS.indexOf(token);
const special = (content: string) => ({
  id: idOf(content),
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});
/** Cuts words as BERT does, and puts its special tokens around a text. */
const tokenizer = loadTokenizer({
  version: "1.0",
  added_tokens: ["[PAD]", "[UNK]", "[CLS]", "[SEP]"].map(special),
  normalizer: { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, lowercase: true },
  pre_tokenizer: { type: "BertPreTokenizer" },
  post_processor: {
    type: "TemplateProcessing",
    single: [
      { SpecialToken: { id: "[CLS]", type_id: 0 } },
      { Sequence: { id: "A", type_id: 0 } },
      { SpecialToken: { id: "[SEP]", type_id: 0 } },
    ],
    pair: [],
    special_tokens: {
      "[CLS]": { id: "[CLS]", ids: [idOf("[CLS]")], tokens: ["[CLS]"] },
      "[SEP]": { id: "[SEP]", ids: [idOf("[SEP]")], tokens: ["[SEP]"] },
    },
  },
  model: {
    type: "WordPiece",
    unk_token: "[UNK]",
    continuing_subword_prefix: "##",
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(TOKENS.map((token, id) => [token, id])),
  },
});
const reading = { tokenizer, units: "words", maxLength: 12, tokensPerUnit: "many" } as const;
const tokensOf = (ids: Int32Array) => Array.from(ids, (id) => TOKENS[id]);

test("a unit is cut into tokens, of which the first stands for it; special tokens stand around", () => {
  const { units, parts } = readUnits("Anna Lindqvist moved to Oslo.", reading);
  expect(units.starts).toHaveLength(6);
  expect(parts.map(({ from, to }) => [from, to])).toEqual([[0, 6]]);
  expect(tokensOf(parts[0]!.ids)).toEqual("[CLS] anna lin ##d ##qvist moved to os ##lo . [SEP]".split(" "));
  expect([...parts[0]!.firsts]).toEqual([1, 2, 5, 6, 7, 9]);
  expect(parts[0]!.end).toBe(10);
  expect(readUnits("to Oslo", reading).parts[0]!.end).toBe(4);
});

test("a text is read as the tokenizer reads it whole", () => {
  const text = "Anna Lindqvist moved to Oslo. Anna, moved";
  const [part] = readUnits(text, { ...reading, maxLength: 64 }).parts;
  expect([...part!.ids]).toEqual([...tokenizer.read(text, 64)]);
});

test("a longer text is read in parts of at most so many tokens, in which every unit stands once", () => {
  const word = fc.constantFrom("Anna", "Oslo", "Lindqvist", ".", "zzz", "to");
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30 }), fc.integer({ min: 5, max: 20 }), (words, maxLength) => {
      const { units, parts } = readUnits(words.join(" "), { ...reading, maxLength });
      expect(units.starts).toHaveLength(words.length);
      let next = 0;
      for (const { from, to, ids, firsts } of parts) {
        expect(from).toBe(next);
        expect(firsts).toHaveLength(to - from);
        expect(ids.length).toBeLessThanOrEqual(maxLength);
        const own = words.slice(from, to).join(" ");
        expect([...ids]).toEqual([...tokenizer.read(own, 100)]);
        next = to;
      }
      expect(next).toBe(words.length);
    }),
  );
});

test("a unit of which the tokenizer leaves nothing is unknown, and one of too many tokens is cut", () => {
  const [control] = readUnits("Anna \u0001 to", reading).parts;
  expect(tokensOf(control!.ids)).toEqual(["[CLS]", "anna", "[UNK]", "to", "[SEP]"]);
  const [short] = readUnits("Lindqvist", { ...reading, maxLength: 4 }).parts;
  expect(tokensOf(short!.ids)).toEqual(["[CLS]", "lin", "##d", "[SEP]"]);
  expect(readUnits("  ", reading).parts).toEqual([]);
});
