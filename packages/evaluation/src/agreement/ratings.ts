import { ModelwrightError } from "@modelwright/contracts";

/**
 * What raters said of items: a place among the categories for each item, −1 where a rater did not rate it; one list per
 * rater, all of the same length.
 */
export interface Ratings {
  /** How many there are, in the order of their grades where they have one. */
  readonly categories: number;
  readonly raters: readonly ArrayLike<number>[];
}

/**
 * @returns The number of items.
 * @throws {ModelwrightError} `EVALUATION_EMPTY`, `EVALUATION_LENGTHS_DIFFER`, `EVALUATION_NUMBER_INVALID`.
 */
export function checkRatings({ categories, raters }: Ratings, { mayMiss }: { readonly mayMiss: boolean }): number {
  const items = raters[0]?.length ?? 0;
  if (items === 0) throw new ModelwrightError("EVALUATION_EMPTY", { what: "agreement of raters" });
  const least = mayMiss ? -1 : 0;
  for (const [place, ratings] of raters.entries()) {
    const what = `ratings of rater ${place + 1}`;
    if (ratings.length !== items) {
      throw new ModelwrightError("EVALUATION_LENGTHS_DIFFER", { what, expected: items, got: ratings.length });
    }
    for (let at = 0; at < items; at++) {
      const value = ratings[at]!;
      if (Number.isInteger(value) && value >= least && value < categories) continue;
      throw new ModelwrightError("EVALUATION_NUMBER_INVALID", { what, at, value });
    }
  }
  return items;
}
