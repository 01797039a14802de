import { ModelwrightError } from "@modelwright/contracts";
import { type AgreementOf, everyItemOnce } from "./agreement-of.ts";
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
  return everyItemOnce(cohenKappaOf(ratings, weights));
}

/** As `cohenKappa`, of items that count several times or not at all. */
export function cohenKappaOf(ratings: Ratings, weights: KappaWeights = "none"): AgreementOf {
  const { categories, raters } = ratings;
  if (raters.length !== 2) {
    const rule = "2 raters; of more fleissKappa or krippendorffAlpha tells";
    throw new ModelwrightError("EVALUATION_OPTION_INVALID", { option: "raters", rule, value: raters.length });
  }
  const items = checkRatings(ratings, { mayMiss: false });
  const [one, other] = raters as [ArrayLike<number>, ArrayLike<number>];
  const apart = DISAGREEMENTS[weights];
  const [shares, others] = [new Float64Array(categories), new Float64Array(categories)];
  const measure = (times: ArrayLike<number>) => {
    shares.fill(0);
    others.fill(0);
    let [observed, expected, all] = [0, 0, 0];
    for (let item = 0; item < items; item++) {
      const [a, b, count] = [one[item]!, other[item]!, times[item]!];
      all += count;
      observed += count * apart(a, b);
      shares[a]! += count;
      others[b]! += count;
    }
    for (let a = 0; a < categories; a++) {
      if (shares[a] === 0) continue;
      for (let b = 0; b < categories; b++) expected += apart(a, b) * shares[a]! * others[b]!;
    }
    return expected === 0 ? Number.NaN : 1 - (observed * all) / expected;
  };
  return { items, measure };
}
