import { type AgreementOf, everyItemOnce } from "./agreement-of.ts";
import { checkRatings, type Ratings } from "./ratings.ts";

/** The squared distance of two categories, by how often each was given. */
const DISTANCES = {
  nominal: (a: number, b: number) => (a === b ? 0 : 1),
  ordinal: (a: number, b: number, given: Float64Array) => {
    let between = -(given[a]! + given[b]!) / 2;
    for (let category = Math.min(a, b); category <= Math.max(a, b); category++) between += given[category]!;
    return a === b ? 0 : between ** 2;
  },
  interval: (a: number, b: number) => (a - b) ** 2,
} as const;

/** `nominal`: equal or not; `ordinal`: in an order; `interval`: as far apart as their places. */
export type AgreementLevel = keyof typeof DISTANCES;

/** Of an item two categories that it was given, and how often they meet there. */
interface Coincidence {
  readonly item: number;
  readonly a: number;
  readonly b: number;
  readonly count: number;
}

/**
 * Agreement of any number of raters, of whom some did not rate some items: 1 is whole, 0 is what chance makes. Items
 * that fewer than two rated say nothing.
 *
 * @returns NaN where no item has two ratings, or all have one category.
 * @throws {ModelwrightError} `EVALUATION_EMPTY`, `EVALUATION_LENGTHS_DIFFER`, `EVALUATION_NUMBER_INVALID`.
 * @see Krippendorff, "Computing Krippendorff's alpha-reliability", 2011
 */
export function krippendorffAlpha(ratings: Ratings, level: AgreementLevel = "nominal"): number {
  return everyItemOnce(krippendorffAlphaOf(ratings, level));
}

/** As `krippendorffAlpha`, of items that count several times or not at all. */
export function krippendorffAlphaOf(ratings: Ratings, level: AgreementLevel = "nominal"): AgreementOf {
  const { categories } = ratings;
  const items = checkRatings(ratings, { mayMiss: true });
  const coincidences = coincidencesOf(ratings, items);
  const distance = DISTANCES[level];
  const given = new Float64Array(categories);
  const measure = (times: ArrayLike<number>) => {
    given.fill(0);
    let [observed, expected, all] = [0, 0, 0];
    for (const { item, a, count } of coincidences) given[a]! += times[item]! * count;
    for (const count of given) all += count;
    for (const { item, a, b, count } of coincidences) observed += times[item]! * count * distance(a, b, given);
    for (let a = 0; a < categories; a++) {
      if (given[a] === 0) continue;
      for (let b = 0; b < categories; b++) {
        if (given[b] !== 0) expected += given[a]! * given[b]! * distance(a, b, given);
      }
    }
    return expected === 0 ? Number.NaN : 1 - ((all - 1) * observed) / expected;
  };
  return { items, measure };
}

function coincidencesOf({ categories, raters }: Ratings, items: number): readonly Coincidence[] {
  const coincidences: Coincidence[] = [];
  const of = new Int32Array(categories);
  for (let item = 0; item < items; item++) {
    of.fill(0);
    let rated = 0;
    const found = new Set<number>();
    for (const given of raters) {
      const category = given[item]!;
      if (category < 0) continue;
      of[category]!++;
      rated++;
      found.add(category);
    }
    if (rated < 2) continue;
    for (const a of found) {
      for (const b of found) {
        const count = (of[a]! * (of[b]! - (a === b ? 1 : 0))) / (rated - 1);
        if (count > 0) coincidences.push({ item, a, b, count });
      }
    }
  }
  return coincidences;
}
