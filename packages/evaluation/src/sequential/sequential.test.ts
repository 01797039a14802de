import { RandomSource } from "@modelwright/engine";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anytimeChance, boundary, mixtureDeviation, unitsToShow } from "./boundary.ts";
import { differenceSequence, FEWEST_UNITS, meanSequence } from "./confidence-sequence.ts";
import { joinMoments, type Moments, momentsOf, momentsOfShare, NO_MOMENTS, varianceOfMoments } from "./moments.ts";

const plan = { alpha: 0.05, tunedFor: 5000, sides: 2 } as const;

describe("the boundary", () => {
  // Computed from GrowthBook's formula, which is Waudby-Smith et al.'s, with their defaults.
  test.each([
    [500, 0.1724033],
    [1000, 0.1063755],
    [5000, 0.0429243],
    [20_000, 0.022112],
    [100_000, 0.0105521],
  ])("after %i units is the published one", (units, half) => {
    expect(mixtureDeviation(plan)).toBeCloseTo(0.03984006677, 10);
    expect(boundary(units)).toBeCloseTo(half, 7);
  });

  test("of one side is narrower than of two, and than of two at twice the chance hardly wider", () => {
    for (const units of [200, 5000, 1e6]) {
      expect(boundary(units, { sides: 1 })).toBeLessThan(boundary(units));
      expect(boundary(units, { sides: 1 }) / boundary(units, { alpha: 0.1 })).toBeCloseTo(1, 1);
    }
  });

  test("meets the chance alpha just where it leaves equality out", () => {
    for (const alpha of [0.001, 0.05, 0.3]) {
      for (const units of [10, 500, 1e5]) {
        const standardErrors = boundary(units, { alpha }) * Math.sqrt(units);
        expect(anytimeChance(standardErrors, units, { alpha })).toBeCloseTo(alpha, 12);
      }
    }
  });

  test("refuses what is no plan", () => {
    expect(() => boundary(10, { alpha: 0.5 })).toThrow("alpha");
    expect(() => boundary(10, { tunedFor: 0 })).toThrow("tunedFor");
    expect(() => meanSequence(NO_MOMENTS, { alpha: Number.NaN })).toThrow("alpha");
  });
});

test("moments of parts joined are moments of the whole", () => {
  const numbers = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { maxLength: 30 });
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      const [joined, whole] = [joinMoments(momentsOf(a), momentsOf(b)), momentsOf([...a, ...b])];
      expect(joined.count).toBe(whole.count);
      expect(joined.mean).toBeCloseTo(whole.mean, 8);
      expect(joined.squares).toBeCloseTo(whole.squares, 4);
    }),
  );
  const [share, one] = [momentsOfShare(3, 10), momentsOf([1, 1, 1, 0, 0, 0, 0, 0, 0, 0])];
  expect(share.squares).toBeCloseTo(one.squares, 12);
  expect(varianceOfMoments(share)).toBeCloseTo(7 / 30, 12);
});

test("a mean stands amid its bounds, and few units have none", () => {
  const { value, low, high, units, chance } = meanSequence(momentsOfShare(800, 1000), { against: 0.5 });
  expect([value, units]).toEqual([0.8, 1000]);
  expect((high - low) / 2).toBeCloseTo(boundary(1000) * Math.sqrt((0.16 * 1000) / 999), 12);
  expect(chance).toBeLessThan(1e-6);
  const few = meanSequence(momentsOfShare(1, FEWEST_UNITS - 1));
  expect([few.low, few.high, few.chance]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 1]);
  const none = differenceSequence(momentsOfShare(0, 200), momentsOfShare(0, 200));
  expect([none.low, none.high, none.chance]).toEqual([0, 0, 1]);
});

/**
 * The share of streams in which a look at any step finds equal arms unequal. What is looked at is the difference in
 * standard errors against the boundary, without making intervals; that both are the same is a test below.
 */
function falseAlarms({ streams, steps, seed, challengerShare, draw, limit = sequential }: Streams): number {
  const limits = Float64Array.from({ length: steps + 1 }, (_, units) => limit(units));
  const random = RandomSource.fromSeed(seed);
  const isChallenger = challengerShare * 2 ** 32;
  let alarms = 0;
  for (let stream = 0; stream < streams; stream++) {
    let [n, sum, squares, m, otherSum, otherSquares] = [0, 0, 0, 0, 0, 0];
    for (let units = 1; units <= steps; units++) {
      const value = draw(random);
      if (random.uint32() < isChallenger) {
        m++;
        otherSum += value;
        otherSquares += value * value;
      } else {
        n++;
        sum += value;
        squares += value * value;
      }
      if (n < FEWEST_UNITS || m < FEWEST_UNITS) continue;
      const [variance, other] = [
        (squares - (sum * sum) / n) / (n - 1),
        (otherSquares - (otherSum * otherSum) / m) / (m - 1),
      ];
      const both = (squares + otherSquares - (sum + otherSum) ** 2 / units) / (units - 1);
      const apart = otherSum / m - sum / n;
      if (apart * apart > limits[units]! * Math.max(variance / n + other / m, both / n + both / m)) {
        alarms++;
        break;
      }
    }
  }
  return alarms / streams;
}

interface Streams {
  readonly streams: number;
  readonly steps: number;
  readonly seed: number;
  readonly challengerShare: number;
  readonly draw: (random: RandomSource) => number;
  /** Squared standard errors beyond which a look alarms. */
  readonly limit?: (units: number) => number;
}

const sequential = (units: number) => (units === 0 ? 0 : units * boundary(units) ** 2);

const happens = (share: number) => (random: RandomSource) => (random.uint32() < share * 2 ** 32 ? 1 : 0);
const lasts = (random: RandomSource) => -Math.log(1 - random.uint32() / 2 ** 32);

describe("streams of equal arms, looked at after every unit", () => {
  test("10,000 of them: an alarm no more often than alpha", () => {
    const [streams, alpha] = [10_000, 0.05];
    const found = falseAlarms({ streams, steps: 2000, seed: 1, challengerShare: 0.5, draw: happens(0.2) });
    expect(found).toBeLessThanOrEqual(alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / streams));
    expect(found).toBeGreaterThan(0.002);
  });

  test("a test that is right at one look is wrong in more than a fifth of them", () => {
    const options = { streams: 300, steps: 2000, seed: 1, challengerShare: 0.5, draw: happens(0.2) };
    expect(falseAlarms({ ...options, limit: () => 1.96 ** 2 })).toBeGreaterThan(0.2);
  });

  test.each([
    { name: "one in a thousand fails", challengerShare: 0.5, draw: happens(0.001) },
    { name: "one in twenty units is the challenger's", challengerShare: 0.05, draw: happens(0.1) },
    { name: "times, skewed", challengerShare: 0.2, draw: lasts },
  ])("$name", ({ challengerShare, draw }) => {
    const [streams, alpha] = [500, 0.05];
    const found = falseAlarms({ streams, steps: 6000, seed: 2, challengerShare, draw });
    expect(found).toBeLessThanOrEqual(alpha + 3 * Math.sqrt((alpha * (1 - alpha)) / streams));
  });

  test("what is looked at there is the interval", () => {
    const random = RandomSource.fromSeed(3);
    let [a, b]: [Moments, Moments] = [NO_MOMENTS, NO_MOMENTS];
    let [alarm, first] = [false, 0];
    for (let units = 1; units <= 4000; units++) {
      if (random.uniform() < 0.5) a = joinMoments(a, momentsOfShare(random.uniform() < 0.2 ? 1 : 0, 1));
      else b = joinMoments(b, momentsOfShare(random.uniform() < 0.3 ? 1 : 0, 1));
      const { low, high, value, chance } = differenceSequence(a, b);
      if (Math.min(a.count, b.count) < FEWEST_UNITS) continue;
      const [one, other] = [varianceOfMoments(a), varianceOfMoments(b)];
      const both = varianceOfMoments(joinMoments(a, b));
      const variance = Math.max(one / a.count + other / b.count, both / a.count + both / b.count);
      const isAlarm = value ** 2 > units * boundary(units) ** 2 * variance;
      expect(low > 0 || high < 0).toBe(isAlarm);
      expect(chance < 0.05).toBe(isAlarm);
      if (isAlarm && !alarm) [alarm, first] = [true, units];
    }
    expect(first).toBeGreaterThan(500);
  });
});

test("two points more are found about when they should be", () => {
  const [one, other] = [0.8, 0.82];
  const expected = unitsToShow(other - one, { deviation: Math.sqrt(0.81 * 0.19) });
  const found: number[] = [];
  for (let stream = 0; stream < 200; stream++) {
    const random = RandomSource.fromSeed(5).stream("power", stream);
    let [hits, more, each] = [0, 0, 0];
    for (;;) {
      for (let i = 0; i < 50; i++, each++) {
        hits += happens(one)(random);
        more += happens(other)(random);
      }
      const { low, high } = differenceSequence(momentsOfShare(hits, each), momentsOfShare(more, each));
      if (low > 0 || high < 0) break;
    }
    found.push(2 * each);
  }
  const median = found.sort((a, b) => a - b)[100]!;
  expect(median / expected).toBeGreaterThan(0.8);
  expect(median / expected).toBeLessThan(1.2);
  expect(unitsToShow(0, { deviation: 1 })).toBe(Number.POSITIVE_INFINITY);
});
