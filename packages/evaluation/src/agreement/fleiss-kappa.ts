import { ModelwrightError } from "@modelwright/contracts";
import { type AgreementOf, everyItemOnce } from "./agreement-of.ts";

/**
 * Agreement of several raters beyond chance, who need not be the same for each item, but as many: 1 is whole, 0 is
 * chance.
 *
 * @param counts Of each item how many raters gave it each category, `[items][categories]`.
 * @returns NaN where all items were given one category.
 * @throws {ModelwrightError} `EVALUATION_EMPTY`, and `EVALUATION_LENGTHS_DIFFER` for an item of another number of raters.
 * @see Fleiss, "Measuring nominal scale agreement among many raters", 1971
 */
export function fleissKappa(counts: readonly ArrayLike<number>[]): number {
  return everyItemOnce(fleissKappaOf(counts));
}

/** As `fleissKappa`, of items that count several times or not at all. */
export function fleissKappaOf(counts: readonly ArrayLike<number>[]): AgreementOf {
  const raters = counts[0] === undefined ? 0 : total(counts[0]);
  if (raters < 2) {
    const because = "an item needs at least two raters";
    throw new ModelwrightError("EVALUATION_EMPTY", { what: "agreement of raters", because });
  }
  for (const [item, row] of counts.entries()) {
    const got = total(row);
    if (got === raters) continue;
    const what = `raters of item ${item + 1}`;
    throw new ModelwrightError("EVALUATION_LENGTHS_DIFFER", { what, expected: raters, got });
  }
  const categories = counts[0]!.length;
  const given = new Float64Array(categories);
  const measure = (times: ArrayLike<number>) => {
    given.fill(0);
    let [pairs, all] = [0, 0];
    for (const [item, row] of counts.entries()) {
      const often = times[item]!;
      if (often === 0) continue;
      all += often;
      for (let category = 0; category < categories; category++) {
        const count = row[category]!;
        given[category]! += often * count;
        pairs += often * count * (count - 1);
      }
    }
    const agreement = pairs / (raters * (raters - 1) * all);
    const chance = given.reduce((sum, count) => sum + (count / (raters * all)) ** 2, 0);
    return given.some((count) => count === raters * all) ? Number.NaN : (agreement - chance) / (1 - chance);
  };
  return { items: counts.length, measure };
}

function total(row: ArrayLike<number>): number {
  let sum = 0;
  for (let category = 0; category < row.length; category++) sum += row[category]!;
  return sum;
}
