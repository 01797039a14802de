import { readFileSync } from "node:fs";
import { loadTokenizer } from "@modelwright/data";
import { expect, test } from "vitest";
import type { SpanRows } from "./rows.ts";
import { taggedRows } from "./tagged-rows.ts";

const json = new URL("../../../../../test/parity/fixtures/encoders/bert/tokenizer.json", import.meta.url);
const tokenizer = loadTokenizer(JSON.parse(readFileSync(json, "utf8")));
const text = "to Oslo delivery";
const rows = [{ id: "1", text, spans: [{ start: 8, end: text.length, label: "PER" }] }];
const reading = { tokenizer, units: "words", maxLength: 64, tokensPerUnit: "many" } as const;

function tagsOf(crf: boolean) {
  const source = taggedRows({ labels: ["PER"], rows } as unknown as SpanRows, { ...reading, crf });
  return [...source.batch(Int32Array.of(0))["labels"]!.data].map(Number);
}

test("every token of a last word has its tag where tags are chosen together; special tokens are outside", () => {
  const [before, word] = [tokenizer.encode("to Oslo", 64).length, tokenizer.encode("delivery", 64).length];
  expect(word).toBeGreaterThan(1);
  const inside = new Array(word - 1).fill(2);
  expect(tagsOf(true)).toEqual([0, ...new Array(before).fill(0), 1, ...inside, 0]);
  expect(tagsOf(false).filter((tag) => tag >= 0)).toEqual([0, 0, 1]);
});
