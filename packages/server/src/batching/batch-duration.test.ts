import fc from "fast-check";
import { expect, test } from "vitest";
import { BatchDuration, durationOf, sizeWithin } from "./batch-duration.ts";

const learnt = (samples: readonly (readonly [padded: number, durationMs: number])[]) => {
  const duration = new BatchDuration();
  for (const [padded, durationMs] of samples) duration.add({ size: padded, padded, durationMs });
  return duration.fit;
};

test("finds the line on which the durations lie", () => {
  const part = fc.double({ min: 0, max: 50, noNaN: true });
  const sizes = fc.uniqueArray(fc.integer({ min: 1, max: 5000 }), { minLength: 3, maxLength: 60 });
  fc.assert(
    fc.property(part, part, sizes, (fixedMs, msPerSize, given) => {
      const fit = learnt(given.map((size) => [size, fixedMs + msPerSize * size]))!;
      for (const size of given) expect(durationOf(fit, size)).toBeCloseTo(fixedMs + msPerSize * size, 3);
    }),
  );
});

test("never has a part below zero, and says nothing before there are three batches", () => {
  const sample = fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 1000, noNaN: true }));
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 80 }), (samples) => {
      const fit = learnt(samples);
      expect(fit === undefined).toBe(samples.length < 3);
      if (fit === undefined) return;
      expect(Math.min(fit.fixedMs, fit.msPerSize)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("takes all for what grows where every batch was of one size, and the mean where larger ones were quicker", () => {
  expect(learnt([1, 2, 3].map(() => [10, 20]))).toMatchObject({ fixedMs: 0, msPerSize: 2 });
  expect(learnt([1, 2, 3, 4, 5, 6].map((size) => [size, 10 - size]))).toMatchObject({ msPerSize: 0 });
});

test("follows a model that became slower within a few batches", () => {
  const sizes = Array.from({ length: 90 }, (_, i) => 10 + ((i * 37) % 90));
  const fit = learnt(sizes.map((size, i) => [size, (i < 50 ? 1 : 3) * (2 + 0.1 * size)]))!;
  expect(durationOf(fit, 50) / (3 * (2 + 0.1 * 50))).toBeCloseTo(1, 0.9);
});

test("knows how much of what the model is given is padding", () => {
  const duration = new BatchDuration();
  for (const size of [80, 90, 100]) duration.add({ size, padded: 1.5 * size, durationMs: size });
  expect(duration.fit!.padding).toBeCloseTo(1.5, 9);
});

test("gives a size that is within the limit, or at which half of the time is the fixed part", () => {
  expect(sizeWithin({ fixedMs: 10, msPerSize: 2, padding: 1 }, 50)).toBe(20);
  expect(sizeWithin({ fixedMs: 40, msPerSize: 2, padding: 1 }, 50)).toBe(20);
  expect(sizeWithin({ fixedMs: 40, msPerSize: 0, padding: 1 }, 50)).toBe(Number.POSITIVE_INFINITY);
});
