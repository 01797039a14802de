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

function queueOf(lengths: readonly number[], maxBatch: number, more: Partial<Lane<string>> = {}) {
  const queue = new BatchQueue<string, string>();
  const lane = { ...laneOf("m", maxBatch), ...more };
  queue.push(
    lane,
    lengths.map((length, index) => ({ owner: "request", index, item: "x".repeat(length) })),
    { client: "one", queuedAt: 0 },
  );
  return { queue, lane };
}

describe("BatchQueue", () => {
  test("counts the rows of an item where one may be several, and lets a larger one go alone", () => {
    const sizes = [3, 2, 9, 1, 1];
    const { queue, lane } = queueOf(sizes, 4, { rowsOf: (text) => text.length });
    const batches: number[][] = [];
    while (queue.size > 0) batches.push(queue.take(lane).map(({ index }) => index));
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
    queue.push(early, [entry], { client: "one", queuedAt: 3 });
    queue.push(late, [entry], { client: "one", queuedAt: 5 });
    queue.push(late, [entry], { client: "one", queuedAt: 6 });
    expect(queue.next()).toMatchObject({ lane: early, oldestAt: 3, isFull: false });
    queue.take(early);
    expect(queue.next()).toMatchObject({ lane: late, oldestAt: 5, isFull: true });
  });

  test("forgets the items of a request that was given up", () => {
    const { queue, lane } = queueOf([1, 2], 4);
    queue.push(lane, [{ owner: "other", index: 0, item: "y" }], { client: "one", queuedAt: 9 });
    queue.remove(lane, "request");
    expect(queue.size).toBe(1);
    expect(queue.take(lane).map(({ owner }) => owner)).toEqual(["other"]);
  });

  test("gives clients turns, of whatever model they ask, and each its own items in their order", () => {
    const queue = new BatchQueue<string, string>();
    const [flooded, other] = [laneOf("flooded", 3), laneOf("other", 3)];
    const items = (owner: string, count: number) =>
      Array.from({ length: count }, (_, index) => ({ owner, index, item: "x" }));
    queue.push(flooded, items("flood", 9), { client: "flood", queuedAt: 0 });
    queue.push(flooded, items("late", 3), { client: "late", queuedAt: 1 });
    queue.push(other, items("other", 1), { client: "third", queuedAt: 2 });
    const batches: string[][] = [];
    for (let next = queue.next(); next !== undefined; next = queue.next()) {
      batches.push(queue.take(next.lane).map(({ owner, index }) => `${owner} ${index}`));
    }
    expect(batches).toEqual([
      ["flood 0", "late 0", "flood 1"],
      ["other 0"],
      ["late 1", "flood 2", "late 2"],
      ["flood 3", "flood 4", "flood 5"],
      ["flood 6", "flood 7", "flood 8"],
    ]);
  });

  test("remembers what a client had until others had as much", () => {
    const queue = new BatchQueue<string, string>();
    const lane = laneOf("m", 4);
    const push = (client: string, count: number) =>
      queue.push(
        lane,
        Array.from({ length: count }, (_, index) => ({ owner: client, index, item: "x" })),
        { client, queuedAt: 0 },
      );
    push("a", 4);
    push("b", 8);
    expect(queue.take(lane).map(({ owner }) => owner)).toEqual(["a", "b", "a", "b"]);
    expect(queue.take(lane).map(({ owner }) => owner)).toEqual(["a", "b", "a", "b"]);
    // All of a's items are gone; its next ones are not before those of b that came long ago.
    push("a", 2);
    expect(queue.take(lane).map(({ owner }) => owner)).toEqual(["b", "a", "b", "a"]);
  });

  test("knows how long all that waits takes, by what it is told of batches", () => {
    const fit = { fixedMs: 5, msPerSize: 0.5, padding: 1.2 };
    const queue = new BatchQueue<string, string>({ fitOf: () => fit });
    const lane = laneOf("m", 4);
    const given = Array.from({ length: 10 }, (_, index) => ({ owner: "r", index, item: "x".repeat(20) }));
    queue.push(lane, given, { client: "a", queuedAt: 0 });
    expect(queue.workMs).toBeCloseTo(3 * 5 + 0.5 * 1.2 * 200, 9);
    expect(queue.workOf("a")).toBeCloseTo(2.5 * 5 + 0.5 * 1.2 * 200, 9);
    queue.push(lane, given.slice(0, 1), { client: "b", queuedAt: 0 });
    const one = 5 / 4 + 0.5 * 1.2 * 20;
    expect(queue.costOf(lane, ["x".repeat(20)])).toBeCloseTo(one, 9);
    // Another of b waits for two of its own, and for two of a.
    expect(queue.workBefore("b", one)).toBeCloseTo(4 * one, 9);
    while (queue.size > 0) queue.take(lane);
    expect([queue.workMs, queue.workOf("a")]).toEqual([0, 0]);
  });

  test("keeps a batch as small as its duration must be, unless that costs too much", () => {
    const batchOf = (fit: { fixedMs: number; msPerSize: number }) => {
      const queue = new BatchQueue<string, string>({ fitOf: () => ({ ...fit, padding: 1 }), batchLimitMs: 100 });
      const lane = laneOf("m", 32);
      const items = Array.from({ length: 64 }, (_, index) => ({ owner: "r", index, item: "x".repeat(10) }));
      queue.push(lane, items, { client: "a", queuedAt: 0 });
      return queue.take(lane).length;
    };
    expect(batchOf({ fixedMs: 1, msPerSize: 0.1 })).toBe(32);
    expect(batchOf({ fixedMs: 1, msPerSize: 1 })).toBe(9);
    // One alone takes longer than the limit: then it is one.
    expect(batchOf({ fixedMs: 1, msPerSize: 20 })).toBe(1);
    // Most of the time is the same for every batch, and smaller ones would be a waste.
    expect(batchOf({ fixedMs: 200, msPerSize: 1 })).toBe(20);
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
