import { RandomSource } from "@modelwright/engine";
import { expect, test } from "vitest";
import { shareSequence } from "./share-sequence.ts";

test("the bounds are where the mixture is just 1/alpha times as likely", () => {
  // Of 2 cases that both happened the mixture has ∫ p² dp = 1/3: the bound is √(0.05 / 3).
  expect(shareSequence(2, 2)).toMatchObject({ value: 1, high: 1, units: 2 });
  expect(shareSequence(2, 2).low).toBeCloseTo(Math.sqrt(0.05 / 3), 12);
  // 1/4 against 1/3.
  expect(shareSequence(2, 2).chance).toBeCloseTo(0.75, 12);
  expect(shareSequence(0, 2).high).toBeCloseTo(1 - Math.sqrt(0.05 / 3), 12);
  expect(shareSequence(0, 0)).toEqual({ value: 0.5, low: 0, high: 1, units: 0, chance: expect.closeTo(1, 12) });
  expect(shareSequence(90, 100, { against: 0.5 }).chance).toBeLessThan(1e-12);
});

test.each([0.5, 0.02])("a share of %f leaves its bounds, ever, in no more than alpha of the streams", (share) => {
  const [streams, alpha, cases] = [300, 0.1, 200];
  let left = 0;
  for (let stream = 0; stream < streams; stream++) {
    const random = RandomSource.fromSeed(11).stream("share", stream);
    let hits = 0;
    for (let n = 1; n <= cases; n++) {
      if (random.uniform() < share) hits++;
      // At the bound of alpha the chance of the true share is alpha: cheaper than both bounds.
      if (shareSequence(hits, n, { alpha, against: share }).chance > alpha) continue;
      left++;
      break;
    }
  }
  expect(left / streams).toBeLessThanOrEqual(alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / streams));
  expect(left).toBeGreaterThan(1);
});

test("refuses what cannot have happened", () => {
  expect(() => shareSequence(3, 2)).toThrow("hits");
  expect(() => shareSequence(0, 2.5)).toThrow("cases");
});

test("a share is left out just where its chance is at most alpha", () => {
  for (const against of [0.3, 0.55, 0.62, 0.7, 0.8]) {
    const { low, high, chance } = shareSequence(70, 100, { against });
    expect(low <= against && against <= high).toBe(chance > 0.05);
  }
});
