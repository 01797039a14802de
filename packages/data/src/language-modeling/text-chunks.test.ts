import { RandomSource } from "@modelwright/engine";
import fc from "fast-check";
import { expect, test } from "vitest";
import { maskChunk, textChunks } from "./text-chunks.ts";

test("parts of documents hold every token once, in order, and no more than the length", () => {
  const documents = fc.array(fc.array(fc.integer({ min: 5, max: 99 }), { maxLength: 40 }), { maxLength: 5 });
  fc.assert(
    fc.property(documents, fc.integer({ min: 1, max: 12 }), (texts, length) => {
      const chunks = textChunks(
        texts.map((text) => Int32Array.from(text)),
        length,
      );
      for (const { ids } of chunks) expect(ids.length).toBeLessThanOrEqual(length);
      for (const [document, text] of texts.entries()) {
        expect(chunks.filter((chunk) => chunk.document === document).flatMap(({ ids }) => [...ids])).toEqual(text);
      }
    }),
  );
});

test("a part stands between its two special tokens, which are never masked", () => {
  const tokens = { pad: 0, cls: 1, sep: 2, mask: 3, special: new Set([0, 1, 2, 3]) };
  const own = Int32Array.from({ length: 40 }, (_, i) => 10 + i);
  const masked = maskChunk({ ids: own }, { tokens, vocabularySize: 60, random: RandomSource.fromSeed(3) });
  const { ids, secondAt, positions, labels } = masked;
  expect([ids[0], ids.at(-1), ids.length, secondAt]).toEqual([1, 2, 42, 42]);
  expect(positions).toHaveLength(6);
  for (const [i, at] of positions.entries()) expect(labels[i]).toBe(own[at - 1]);
  const others = [...own.keys()].filter((at) => !positions.includes(at + 1));
  for (const at of others) expect(ids[at + 1]).toBe(own[at]);
});
