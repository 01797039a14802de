import fc from "fast-check";
import { expect, test } from "vitest";
import { planBatches } from "./plan-batches.ts";
import { TextFeeds, tokensRead } from "./text-feeds.ts";

const encoded = [Int32Array.of(7, 8, 9, 10, 11, 12), Int32Array.of(5), new Int32Array()];
const batch = { rows: Int32Array.of(0, 2), length: 4 };

test("gives an encoder the cut of each text and a bag the whole", () => {
  const texts = new TextFeeds({ encoded }, { maxLength: 4, truncation: "middle", bagLength: 6 });
  expect([...texts.lengths]).toEqual([4, 1, 0]);
  const { input_ids, attention_mask, bag_ids } = texts.feeds(batch);
  expect(input_ids).toEqual({ dtype: "int64", shape: [2, 4], data: BigInt64Array.of(7n, 8n, 9n, 12n, 0n, 0n, 0n, 0n) });
  expect([...attention_mask!.data]).toEqual([1n, 1n, 1n, 1n, 1n, 0n, 0n, 0n]);
  expect(bag_ids!.shape).toEqual([2, 6]);
  expect([...bag_ids!.data]).toEqual([7n, 8n, 9n, 10n, 11n, 12n, 0n, 0n, 0n, 0n, 0n, 0n]);
});

test("keeps the special tokens around a text where an encoder has a cut of what the bag reads", () => {
  const framed = [Int32Array.of(1, 7, 8, 9, 10, 2), Int32Array.of(1, 5, 2)];
  const reading = { maxLength: 4, truncation: "end" as const, bagLength: 6, frame: { before: 1, after: 1 } };
  const { input_ids, bag_ids } = new TextFeeds({ encoded: framed }, reading).feeds({
    rows: Int32Array.of(0, 1),
    length: 4,
  });
  expect([...input_ids!.data]).toEqual([1n, 7n, 8n, 2n, 1n, 5n, 2n, 0n]);
  expect([...bag_ids!.data]).toEqual([1n, 7n, 8n, 9n, 10n, 2n, 1n, 5n, 2n, 0n, 0n, 0n]);
});

test("feeds no bag to a model without one, and a bag of one place for empty texts", () => {
  const reading = { maxLength: 4, truncation: "end" as const };
  expect(Object.keys(new TextFeeds({ encoded }, reading).feeds(batch))).toEqual(["input_ids", "attention_mask"]);
  const bag = new TextFeeds({ encoded }, { ...reading, bagLength: 4 });
  expect(bag.feeds({ rows: Int32Array.of(2), length: 1 })["bag_ids"]!.shape).toEqual([1, 1]);
});

test("keeps of a text what the encoder or the bag reads, whichever is more", () => {
  expect(tokensRead({ maxLength: 128, truncation: "end" })).toBe(128);
  expect(tokensRead({ maxLength: 128, truncation: "end", bagLength: 512 })).toBe(512);
});

test("pads no further than the encoder reads, and keeps every token up to there", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 700 }),
      (lengths, maxLength) => {
        const all = lengths.map((length) => Int32Array.from({ length }, (_, i) => i + 1));
        const texts = new TextFeeds({ encoded: all }, { maxLength, truncation: "end" });
        for (const batch of planBatches({ lengths: texts.lengths, batchSize: 7, seed: 1, epoch: 0, shuffle: true })) {
          const { input_ids, attention_mask } = texts.feeds(batch);
          const [rows, length] = input_ids!.shape as [number, number];
          expect(rows).toBe(batch.rows.length);
          expect(length).toBeLessThanOrEqual(maxLength);
          batch.rows.forEach((row, r) => {
            const kept = Math.min(lengths[row]!, maxLength);
            const places = Array.from({ length }, (_, i) => i);
            const ids = [...input_ids!.data.subarray(r * length, (r + 1) * length)].map(Number);
            expect(ids).toEqual(places.map((i) => (i < kept ? i + 1 : 0)));
            const mask = [...attention_mask!.data.subarray(r * length, (r + 1) * length)].map(Number);
            expect(mask).toEqual(places.map((i) => (i < Math.max(1, kept) ? 1 : 0)));
          });
        }
      },
    ),
    { numRuns: 30 },
  );
});
