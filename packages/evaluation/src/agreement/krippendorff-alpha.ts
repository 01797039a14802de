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

/**
 * Agreement of any number of raters, of whom some did not rate some items: 1 is whole, 0 is what chance makes. Items
 * that fewer than two rated say nothing.
 *
 * @returns NaN where no item has two ratings, or all have one category.
 * @throws {ModelwrightError} `EVALUATION_EMPTY`, `EVALUATION_LENGTHS_DIFFER`, `EVALUATION_NUMBER_INVALID`.
 * @see Krippendorff, "Computing Krippendorff's alpha-reliability", 2011
 */
export function krippendorffAlpha(ratings: Ratings, level: AgreementLevel = "nominal"): number {
  const { categories, raters } = ratings;
  const items = checkRatings(ratings, { mayMiss: true });
  const coincidences = new Float64Array(categories * categories);
  const of = new Float64Array(categories);
  for (let item = 0; item < items; item++) {
    of.fill(0);
    let rated = 0;
    for (const given of raters) {
      if (given[item]! < 0) continue;
      of[given[item]!]!++;
      rated++;
    }
    if (rated < 2) continue;
    for (let a = 0; a < categories; a++) {
      for (let b = 0; b < categories; b++) {
        coincidences[a * categories + b]! += (of[a]! * (of[b]! - (a === b ? 1 : 0))) / (rated - 1);
      }
    }
  }
  const given = new Float64Array(categories);
  for (const [at, count] of coincidences.entries()) given[Math.floor(at / categories)]! += count;
  const all = given.reduce((sum, count) => sum + count, 0);
  const distance = DISTANCES[level];
  let [observed, expected] = [0, 0];
  for (let a = 0; a < categories; a++) {
    for (let b = 0; b < categories; b++) {
      const apart = distance(a, b, given);
      observed += coincidences[a * categories + b]! * apart;
      expected += given[a]! * given[b]! * apart;
    }
  }
  return expected === 0 ? Number.NaN : 1 - ((all - 1) * observed) / expected;
}
