import fc from "fast-check";
import { expect, test } from "vitest";
import { agreementInterval } from "./agreement-interval.ts";
import { type AgreementOf, everyItemOnce } from "./agreement-of.ts";
import { cohenKappa, cohenKappaOf } from "./cohen-kappa.ts";
import { fleissKappaOf } from "./fleiss-kappa.ts";
import { krippendorffAlpha, krippendorffAlphaOf } from "./krippendorff-alpha.ts";
import { krippendorffAlphaOfNumbers } from "./krippendorff-alpha-of-numbers.ts";

const CATEGORIES = 4;
const BOOTSTRAP = { resamples: 300, seed: 11 };

/** Raters of the same items, all of whom rated all, or some of whom missed some. */
const ratings = ({ least, missing }: { readonly least: 0 | -1; readonly missing?: true }) =>
  fc.integer({ min: 2, max: 12 }).chain((items) =>
    fc.array(fc.array(fc.integer({ min: least, max: CATEGORIES - 1 }), { minLength: items, maxLength: items }), {
      minLength: 2,
      maxLength: missing ? 4 : 2,
    }),
  );

const counts = (raters: readonly (readonly number[])[]) =>
  raters[0]!.map((_, item) =>
    Array.from({ length: CATEGORIES }, (_, category) => raters.filter((given) => given[item] === category).length),
  );

/** Equal but for rounding; or both say nothing. */
const expectSame = (value: number, expected: number, digits = 10) =>
  Number.isNaN(expected) ? expect(value).toBeNaN() : expect(value).toBeCloseTo(expected, digits);

/** Each coefficient, with the number that it gives when all items count once. */
const COEFFICIENTS: readonly (readonly [string, (raters: readonly (readonly number[])[]) => AgreementOf])[] = [
  ["Cohen's kappa", (raters) => cohenKappaOf({ categories: CATEGORIES, raters })],
  ["Fleiss' kappa", (raters) => fleissKappaOf(counts(raters))],
  ["Krippendorff's alpha", (raters) => krippendorffAlphaOf({ categories: CATEGORIES, raters })],
];

test.each(COEFFICIENTS)("%s: neither who is first nor what the categories are called matters", (_, of) => {
  const renamed = [2, 0, 3, 1];
  fc.assert(
    fc.property(ratings({ least: 0 }), (raters) => {
      const value = everyItemOnce(of(raters));
      expectSame(everyItemOnce(of(raters.toReversed())), value);
      expectSame(everyItemOnce(of(raters.map((given) => given.map((category) => renamed[category]!)))), value);
      expect(Number.isNaN(value) || value <= 1).toBe(true);
    }),
  );
});

test.each(COEFFICIENTS)("%s: an item that counts twice is two items, and one that counts never is none", (_, of) => {
  fc.assert(
    fc.property(ratings({ least: 0 }), fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }), (raters, drawn) => {
      const times = raters[0]!.map((_, item) => drawn[item]!);
      const repeated = raters.map((given) => given.flatMap((category, item) => Array(times[item]!).fill(category)));
      fc.pre(repeated[0]!.length > 0);
      expectSame(of(raters).measure(times), everyItemOnce(of(repeated)));
    }),
  );
});

test.each(COEFFICIENTS)("%s: 1 where raters are of one mind, near 0 where they draw by chance", (_, of) => {
  const one = Array.from({ length: 3000 }, (_, item) => (item * 7) % CATEGORIES);
  expect(agreementInterval(of([one, one]), BOOTSTRAP)).toEqual({ value: 1, low: 1, high: 1 });
  let state = 5;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * CATEGORIES);
  };
  const [a, b] = [one.map(draw), one.map(draw)];
  const { value, low, high } = agreementInterval(of([a, b]), BOOTSTRAP)!;
  expect(Math.abs(value)).toBeLessThan(0.03);
  expect(low).toBeLessThan(0);
  expect(high).toBeGreaterThan(0);
  expect(high! - low!).toBeLessThan(0.1);
});

test("alpha of two raters without gaps is Scott's pi, corrected for few items: near kappa where shares are alike", () => {
  const a = Array.from({ length: 400 }, (_, item) => item % 4);
  const b = a.map((category, item) => (item % 5 === 0 ? (category + 1) % 4 : category));
  const both = { categories: CATEGORIES, raters: [a, b] };
  expect(krippendorffAlpha(both)).toBeCloseTo(cohenKappa(both), 2);
});

test("alpha of numbers is alpha at the level of intervals, whatever is missing and wherever they begin", () => {
  fc.assert(
    fc.property(ratings({ least: -1, missing: true }), fc.constantFrom(0, 1e6, -3), (raters, from) => {
      const numbers = raters.map((given) => given.map((place) => (place < 0 ? Number.NaN : from + 10 * place)));
      const expected = krippendorffAlpha({ categories: CATEGORIES, raters }, "interval");
      expectSame(everyItemOnce(krippendorffAlphaOfNumbers(numbers)), expected, 5);
    }),
  );
  expect(() => krippendorffAlphaOfNumbers([])).toThrow("agreement of raters");
  expect(() => krippendorffAlphaOfNumbers([[1, 2], [1]])).toThrow("ratings of rater 2");
  expect(() => krippendorffAlphaOfNumbers([[1], [Number.POSITIVE_INFINITY]])).toThrow("ratings of rater 2[0]");
});

test("the bootstrap keeps what it promises: 95 of 100 intervals of 60 items hold the agreement of all", () => {
  let state = 17;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const rate = (truth: number) => (uniform() < 0.75 ? truth : Math.floor(uniform() * 3));
  const draw = (items: number) => {
    const truth = Array.from({ length: items }, () => Math.floor(uniform() * 3));
    return { categories: 3, raters: [truth.map(rate), truth.map(rate)] };
  };
  const all = krippendorffAlpha(draw(200_000));
  let held = 0;
  for (let trial = 0; trial < 200; trial++) {
    const { low, high } = agreementInterval(krippendorffAlphaOf(draw(60)), { resamples: 300, seed: trial })!;
    if (low! <= all && all <= high!) held++;
  }
  expect(held / 200).toBeGreaterThan(0.9);
  expect(held / 200).toBeLessThan(0.99);
});

test("nothing is said where raters gave everything one category", () => {
  expect(
    agreementInterval(
      krippendorffAlphaOf({
        categories: 2,
        raters: [
          [1, 1],
          [1, 1],
        ],
      }),
      BOOTSTRAP,
    ),
  ).toBeUndefined();
});
