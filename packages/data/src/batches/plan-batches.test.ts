import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collate } from "./collate.ts";
import { type BatchPlanOptions, planBatches } from "./plan-batches.ts";

const options: fc.Arbitrary<BatchPlanOptions & { lengths: number[] }> = fc.record({
  lengths: fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 300 }),
  batchSize: fc.integer({ min: 1, max: 40 }),
  seed: fc.nat(),
  epoch: fc.nat({ max: 20 }),
  shuffle: fc.boolean(),
});

describe("planBatches", () => {
  test("takes each row once, in batches that fit their longest row", () => {
    fc.assert(
      fc.property(options, (given) => {
        const batches = planBatches(given);
        const rows = batches.flatMap((batch) => [...batch.rows]);
        expect(rows.sort((a, b) => a - b)).toEqual(given.lengths.map((_, i) => i));
        for (const batch of batches) {
          expect(batch.rows.length).toBeGreaterThan(0);
          expect(batch.rows.length).toBeLessThanOrEqual(given.batchSize);
          const longest = Math.max(...[...batch.rows].map((row) => given.lengths[row]!));
          expect(batch.length).toBe(Math.max(1, Math.ceil(longest / 8)) * 8);
        }
      }),
    );
  });

  test("plans the same for the same seed and epoch, and another order for another", () => {
    fc.assert(
      fc.property(options, (given) => {
        expect(planBatches(given)).toEqual(planBatches(given));
      }),
    );
    const base = {
      lengths: Array.from({ length: 500 }, (_, i) => i % 90),
      batchSize: 16,
      seed: 7,
      epoch: 0,
      shuffle: true,
    };
    expect(planBatches(base)).not.toEqual(planBatches({ ...base, epoch: 1 }));
    expect(planBatches(base)).not.toEqual(planBatches({ ...base, seed: 8 }));
  });

  test("pads little: lengths spread evenly over 128 waste less than a tenth", () => {
    const lengths = Array.from({ length: 4000 }, (_, i) => 1 + ((i * 37) % 128));
    const tokens = lengths.reduce((a, b) => a + b, 0);
    const plan = planBatches({ lengths, batchSize: 32, seed: 1, epoch: 3, shuffle: true });
    const padded = plan.reduce((sum, batch) => sum + batch.rows.length * batch.length, 0);
    expect(1 - tokens / padded).toBeLessThan(0.1);
  });
});

describe("collate", () => {
  const encoded = [Int32Array.of(5, 6, 7), Int32Array.of(), Int32Array.from({ length: 12 }, (_, i) => i + 1)];

  test("lays rows side by side and pads with 0", () => {
    const { inputIds, attentionMask, shape } = collate(encoded, { rows: Int32Array.of(2, 0), length: 13 });
    expect(shape).toEqual([2, 13]);
    expect([...inputIds].map(Number)).toEqual([
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0],
      ...[5, 6, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ]);
    expect([...attentionMask].map(Number)).toEqual([
      ...[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0],
      ...[1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ]);
  });

  test("cuts no row in silence", () => {
    expect(() => collate(encoded, { rows: Int32Array.of(0, 2), length: 8 })).toThrow(
      /row 2 has 12 tokens.* room for 8/,
    );
  });

  test("lets an empty row attend to one padding token", () => {
    const { inputIds, attentionMask } = collate(encoded, { rows: Int32Array.of(1), length: 8 });
    expect([...inputIds]).toEqual(Array(8).fill(0n));
    expect([...attentionMask].map(Number)).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
  });
});
