import { ModelwrightError } from "@modelwright/contracts";
import { checkRatings, type Ratings } from "./ratings.ts";

/** How far apart two grades are; 1 at the most, or in proportion to it. */
const DISAGREEMENTS = {
  none: (a: number, b: number) => (a === b ? 0 : 1),
  linear: (a: number, b: number) => Math.abs(a - b),
  quadratic: (a: number, b: number) => (a - b) ** 2,
} as const;

/** `none`: categories are equal or not; `linear` and `quadratic` by the grades between them. */
export type KappaWeights = keyof typeof DISAGREEMENTS;

/**
 * Agreement of two raters beyond what their shares of the categories would make by chance: 1 is whole, 0 is chance.
 *
 * @returns NaN where both gave all items one category, of which chance says the same.
 * @throws {ModelwrightError} `EVALUATION_OPTION_INVALID` for another number of raters, `EVALUATION_EMPTY`,
 * `EVALUATION_LENGTHS_DIFFER`, and `EVALUATION_NUMBER_INVALID`, for an item that one did not rate too.
 * @see Cohen, "A coefficient of agreement for nominal scales", 1960; with weights 1968
 */
export function cohenKappa(ratings: Ratings, weights: KappaWeights = "none"): number {
  const { categories, raters } = ratings;
  if (raters.length !== 2) {
    const rule = "2 raters; of more fleissKappa or krippendorffAlpha tells";
    throw new ModelwrightError("EVALUATION_OPTION_INVALID", { option: "raters", rule, value: raters.length });
  }
  const items = checkRatings(ratings, { mayMiss: false });
  const [one, other] = raters as [ArrayLike<number>, ArrayLike<number>];
  const [shares, others] = [one, other].map((given) => {
    const counts = new Float64Array(categories);
    for (let item = 0; item < items; item++) counts[given[item]!]! += 1 / items;
    return counts;
  }) as [Float64Array, Float64Array];
  const apart = DISAGREEMENTS[weights];
  let [observed, expected] = [0, 0];
  for (let item = 0; item < items; item++) observed += apart(one[item]!, other[item]!) / items;
  for (let a = 0; a < categories; a++) {
    for (let b = 0; b < categories; b++) expected += apart(a, b) * shares[a]! * others[b]!;
  }
  return expected === 0 ? Number.NaN : 1 - observed / expected;
}
