import { expect, test } from "vitest";
import { paddedTexts } from "./padded-texts.ts";

const texts = [[5, 6, 7], [8], []];

test("a batch is padded to its longest text, in the order asked for", () => {
  const { input_ids, attention_mask, labels } = paddedTexts({ texts, labels: [1, 0, 1] }).batch(Int32Array.of(1, 0));
  expect(input_ids).toEqual({ dtype: "int64", shape: [2, 3], data: BigInt64Array.of(8n, 0n, 0n, 5n, 6n, 7n) });
  expect(attention_mask!.data).toEqual(BigInt64Array.of(1n, 0n, 0n, 1n, 1n, 1n));
  expect(labels).toEqual({ dtype: "int64", shape: [2], data: BigInt64Array.of(0n, 1n) });
});

test("labels of tokens are padded by one that does not count, and a text weighs its tokens", () => {
  const data = paddedTexts({ texts, labels: [[0, 1, 0], [2], []] });
  const { labels } = data.batch(Int32Array.of(0, 1));
  expect(labels).toEqual({ dtype: "int64", shape: [2, 3], data: BigInt64Array.of(0n, 1n, 0n, 2n, -100n, -100n) });
  expect(data.weight!(Int32Array.of(0, 1), {})).toBe(4);
  expect(paddedTexts({ texts, labels: [1, 0, 1] }).weight!(Int32Array.of(0, 1), {})).toBe(2);
});

test("a batch of nothing but an empty text has one place of padding", () => {
  const { input_ids, attention_mask } = paddedTexts({ texts, labels: [1, 0, 1] }).batch(Int32Array.of(2));
  expect([input_ids!.shape, attention_mask!.data]).toEqual([[1, 1], BigInt64Array.of(0n)]);
});
