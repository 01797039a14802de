import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BatchQueue } from "./batch-queue.ts";

function queueOf(lengths: readonly number[], maxBatch: number) {
  const queue = new BatchQueue<string>({ maxBatch });
  lengths.forEach((length, index) => {
    queue.push({ owner: "request", index, model: "m", text: "x".repeat(length), queuedAt: index });
  });
  return queue;
}

describe("BatchQueue", () => {
  test("gives everything, in order of arrival, when it fits into a batch", () => {
    const queue = queueOf([5, 1, 3], 3);
    expect(queue.take("m").map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(queue.size).toBe(0);
    expect(queue.next()).toBeUndefined();
  });

  test("puts texts of like length beside the oldest when more wait", () => {
    const queue = queueOf([10, 90, 11, 95, 9], 3);
    expect(queue.take("m").map(({ index }) => index)).toEqual([0, 2, 4]);
    expect(queue.take("m").map(({ index }) => index)).toEqual([1, 3]);
  });

  test("serves the model whose text has waited longest", () => {
    const queue = new BatchQueue<string>({ maxBatch: 2 });
    const entry = { owner: "request", index: 0, text: "x" };
    queue.push({ ...entry, model: "late", queuedAt: 5 });
    queue.push({ ...entry, model: "early", queuedAt: 3 });
    queue.push({ ...entry, model: "late", queuedAt: 6 });
    expect(queue.next()).toEqual({ model: "early", oldestAt: 3, isFull: false });
    queue.take("early");
    expect(queue.next()).toEqual({ model: "late", oldestAt: 5, isFull: true });
  });

  test("forgets the texts of a request that was given up", () => {
    const queue = queueOf([1, 2], 4);
    queue.push({ owner: "other", index: 0, model: "m", text: "y", queuedAt: 9 });
    queue.remove("m", "request");
    expect(queue.size).toBe(1);
    expect(queue.take("m").map(({ owner }) => owner)).toEqual(["other"]);
  });

  test("gives each text once and always the oldest first, whatever the lengths", () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 400 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 40 }), (given, maxBatch) => {
        const queue = queueOf(given, maxBatch);
        const left = new Set(given.keys());
        while (queue.size > 0) {
          const batch = queue.take("m").map(({ index }) => index);
          expect(batch[0]).toBe(Math.min(...left));
          expect(batch.length).toBe(Math.min(maxBatch, left.size));
          for (const index of batch) expect(left.delete(index)).toBe(true);
        }
        expect(left.size).toBe(0);
      }),
    );
  });
});
