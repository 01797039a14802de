import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BatchQueue, type Lane } from "./batch-queue.ts";

const laneOf = (key: string, maxBatch: number): Lane<string> => ({
  key,
  model: key,
  options: {},
  maxBatch,
  sizeOf: (text) => text.length,
});

function queueOf(lengths: readonly number[], maxBatch: number) {
  const queue = new BatchQueue<string, string>();
  const lane = laneOf("m", maxBatch);
  queue.push(
    lane,
    lengths.map((length, index) => ({ owner: "request", index, item: "x".repeat(length), queuedAt: index })),
  );
  return { queue, lane };
}

describe("BatchQueue", () => {
  test("counts the rows of an item where one may be several, and lets a larger one go alone", () => {
    const sizes = [3, 2, 9, 1, 1];
    const { queue, lane } = queueOf(sizes, 4);
    const byRows = { ...lane, rowsOf: (text: string) => text.length };
    const batches: number[][] = [];
    while (queue.size > 0) batches.push(queue.take(byRows).map(({ index }) => index));
    for (const batch of batches.filter(({ length }) => length > 1)) {
      expect(batch.reduce((sum, index) => sum + sizes[index]!, 0)).toBeLessThanOrEqual(4);
    }
    expect(batches.flat().toSorted()).toEqual([0, 1, 2, 3, 4]);
    expect(batches).toContainEqual([2]);
  });

  test("gives everything, in order of arrival, when it fits into a batch", () => {
    const { queue, lane } = queueOf([5, 1, 3], 3);
    expect(queue.take(lane).map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(queue.size).toBe(0);
    expect(queue.next()).toBeUndefined();
  });

  test("puts items of like size beside the oldest when more wait", () => {
    const { queue, lane } = queueOf([10, 90, 11, 95, 9], 3);
    expect(queue.take(lane).map(({ index }) => index)).toEqual([0, 2, 4]);
    expect(queue.take(lane).map(({ index }) => index)).toEqual([1, 3]);
  });

  test("serves the lane whose item has waited longest", () => {
    const queue = new BatchQueue<string, string>();
    const [late, early] = [laneOf("late", 2), laneOf("early", 2)];
    const entry = { owner: "request", index: 0, item: "x" };
    queue.push(late, [{ ...entry, queuedAt: 5 }]);
    queue.push(early, [{ ...entry, queuedAt: 3 }]);
    queue.push(late, [{ ...entry, queuedAt: 6 }]);
    expect(queue.next()).toEqual({ lane: early, oldestAt: 3, isFull: false });
    queue.take(early);
    expect(queue.next()).toEqual({ lane: late, oldestAt: 5, isFull: true });
  });

  test("forgets the items of a request that was given up", () => {
    const { queue, lane } = queueOf([1, 2], 4);
    queue.push(lane, [{ owner: "other", index: 0, item: "y", queuedAt: 9 }]);
    queue.remove(lane, "request");
    expect(queue.size).toBe(1);
    expect(queue.take(lane).map(({ owner }) => owner)).toEqual(["other"]);
  });

  test("gives each item once and always the oldest first, whatever the sizes", () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 400 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 40 }), (given, maxBatch) => {
        const { queue, lane } = queueOf(given, maxBatch);
        const left = new Set(given.keys());
        while (queue.size > 0) {
          const batch = queue.take(lane).map(({ index }) => index);
          expect(batch[0]).toBe(Math.min(...left));
          expect(batch.length).toBe(Math.min(maxBatch, left.size));
          for (const index of batch) expect(left.delete(index)).toBe(true);
        }
        expect(left.size).toBe(0);
      }),
    );
  });
});
