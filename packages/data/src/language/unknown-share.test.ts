import { expect, test } from "vitest";
import { loadTokenizer } from "../tokenizers/load-tokenizer.ts";
import { unknownShare } from "./unknown-share.ts";

const wordPiece = loadTokenizer({
  pre_tokenizer: { type: "BertPreTokenizer" },
  model: { type: "WordPiece", unk_token: "[UNK]", vocab: { "[UNK]": 0, a: 1, b: 2, "##a": 3 } },
});

test.each<[string, string[], number]>([
  ["all letters are known", ["ab ba", "a"], 0],
  ["half of them are not, in one unknown word", ["abcd"], 0.5],
  ["spaces, digits and marks are no letters", ["a 1 ! 中"], 0.5],
  ["no letters at all", ["12"], 0],
])("%s", (_, texts, share) => {
  expect(unknownShare(texts, wordPiece)).toBe(share);
});

test("a tokenizer of bytes knows every letter", () => {
  const bytes = loadTokenizer({
    pre_tokenizer: { type: "ByteLevel" },
    model: { type: "BPE", vocab: { a: 0 }, merges: [] },
  });
  expect(unknownShare(["中文"], bytes)).toBe(0);
});
